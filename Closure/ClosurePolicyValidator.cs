using Microsoft.Extensions.Options;

namespace AccountClosure.Closure;

/// <summary>Stops the start when the configured policy cannot be, with the sentences that name what is wrong.</summary>
public sealed class ClosurePolicyValidator : IValidateOptions<ClosurePolicy>
{
    public ValidateOptionsResult Validate(string? name, ClosurePolicy options) =>
        options.Violations().ToList() is { Count: > 0 } violations ? ValidateOptionsResult.Fail(violations) : ValidateOptionsResult.Success;
}
