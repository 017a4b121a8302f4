using System.Net.Http.Headers;
using System.Text;

namespace AccountClosure.FunctionsHost.Answers;

/// <summary>Which key a request has.</summary>
internal enum Key
{
    None,
    Wrong,
    Function,

    /// <summary>The <c>code</c> of the durable links.</summary>
    Webhook,

    /// <summary>The webhook key in the query and the function key in the header.</summary>
    Both,
}

/// <summary>A request that is sent to both hosts.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Relative; <c>{account}</c> and <c>{instance}</c> stand for the ids of the host's own account.</param>
/// <param name="Key">The key that it carries.</param>
/// <param name="Body">JSON text, or null for none; placeholders as in the path, and <c>{user}</c> and <c>{ach}</c>.</param>
/// <param name="ContentType">Of the body.</param>
/// <param name="Header">One more header and its value.</param>
/// <param name="HasLength">Whether a body has a Content-Length; otherwise it is sent in chunks.</param>
/// <param name="Deviation">The documented difference, or null where the answers must be alike.</param>
internal sealed record Question(
    string Method,
    string Path,
    Key Key = Key.Function,
    string? Body = null,
    string ContentType = "application/json",
    (string Name, string Value)? Header = null,
    bool HasLength = true,
    Deviation? Deviation = null)
{
    public override string ToString() =>
        $"{Method} {Path}{(Key is Key.None or Key.Wrong ? $" ({Key} key)" : "")}{(Body is null ? "" : $" {Body}")}";

    public async Task<Answer> AskAsync(Party party, CancellationToken cancellationToken)
    {
        string path = Fill(Path, party);
        if (Key is Key.Webhook or Key.Both)
            path += $"{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}code={party.WebhookKey}";
        using HttpRequestMessage request = new(new HttpMethod(Method), path);
        if (Key is Key.Function or Key.Wrong or Key.Both)
            request.Headers.Add("x-functions-key", Key == Key.Wrong ? "wrong" : party.FunctionKey);
        if (Header is { } header)
            request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        if (Body is not null)
            request.Content = new StringContent(Fill(Body, party), Encoding.UTF8, new MediaTypeHeaderValue(ContentType));
        request.Headers.TransferEncodingChunked = HasLength ? null : true;
        using HttpResponseMessage response = await party.Http.SendAsync(request, cancellationToken);
        return await Answer.ReadAsync(response, party, cancellationToken);
    }

    private static string Fill(string text, Party party) => text
        .Replace("{account}", party.Account.AccountId, StringComparison.Ordinal)
        .Replace("{instance}", party.InstanceId, StringComparison.Ordinal)
        .Replace("{user}", party.Account.UserId, StringComparison.Ordinal)
        .Replace("{ach}", party.Account.AchRelationshipId, StringComparison.Ordinal);
}
