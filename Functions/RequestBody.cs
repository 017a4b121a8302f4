using System.Net;
using System.Text.Json;
using AccountClosure.Closure;
using Microsoft.Azure.Functions.Worker.Http;

namespace AccountClosure.Functions;

/// <summary>Reads a JSON body, or answers what is wrong with it.</summary>
internal static class RequestBody
{
    private const int MaxCharacters = 16_384;

    /// <returns>
    /// The value, or the answer with the error: 413 if the body is too large, 400 if it is not a JSON object of this shape.
    /// </returns>
    public static async Task<(T? Value, HttpResponseData? Error)> ReadAsync<T>(HttpRequestData request)
        where T : class
    {
        using var reader = new StreamReader(request.Body);
        var buffer = new char[MaxCharacters + 1];
        int length = await reader.ReadBlockAsync(buffer);
        if (length > MaxCharacters)
        {
            return (null, await request.ProblemAsync(
                HttpStatusCode.RequestEntityTooLarge, "The body is too large", $"Send at most {MaxCharacters} characters."));
        }
        try
        {
            var value = JsonSerializer.Deserialize<T>(buffer.AsSpan(0, length), ClosureJson.Options);
            if (value is not null)
                return (value, null);
        }
        catch (JsonException)
        {
            // The parser's message may quote the body, so the answer says only what is expected.
        }
        var fields = string.Join(", ", typeof(T).GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)));
        return (null, await request.ProblemAsync(
            HttpStatusCode.BadRequest, "The body is not valid", $"Send a JSON object with the fields {fields}."));
    }

    /// <summary>Adds an error for a text that is missing, blank or too long, or that has control characters.</summary>
    public static void CheckText(this Dictionary<string, string> errors, string field, string? text, int maxLength)
    {
        if (string.IsNullOrWhiteSpace(text))
            errors[field] = "is required";
        else if (text.Length > maxLength)
            errors[field] = $"must be at most {maxLength} characters";
        else if (text.Any(char.IsControl))
            errors[field] = "must not have control characters";
    }

    /// <summary>Reads one of the enum's names, ignoring case. It accepts no numbers and no lists of names.</summary>
    public static bool TryReadName<T>(string? text, out T value)
        where T : struct, Enum
    {
        var name = Enum.GetNames<T>().FirstOrDefault(name => string.Equals(name, text, StringComparison.OrdinalIgnoreCase));
        value = name is null ? default : Enum.Parse<T>(name);
        return name is not null;
    }
}
