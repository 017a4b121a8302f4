using Microsoft.Extensions.Options;

namespace AccountClosure.Closure;

/// <summary>Keeps the host from starting when the configured policy is invalid, with one sentence for each violation.</summary>
public sealed class ClosurePolicyValidator : IValidateOptions<ClosurePolicy>
{
    public ValidateOptionsResult Validate(string? name, ClosurePolicy options) =>
        options.Violations().ToList() is { Count: > 0 } violations ? ValidateOptionsResult.Fail(violations) : ValidateOptionsResult.Success;
}
