using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AccountClosure;

/// <summary>Rejects a section of the configuration that has a name that is not a setting.</summary>
internal sealed class KnownSettings<TOptions>(IConfigurationSection section) : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var known = typeof(TOptions).GetProperties().Select(property => property.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var unknown = section.GetChildren()
            .Where(child => !known.Contains(child.Key))
            .Select(child => $"{section.Path}:{child.Key} is not a setting: correct the name of {section.Path}__{child.Key}, or remove it.")
            .ToList();
        return unknown.Count > 0 ? ValidateOptionsResult.Fail(unknown) : ValidateOptionsResult.Success;
    }
}
