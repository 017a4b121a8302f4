namespace AccountClosure.Simulator.Controls;

/// <summary>The faults that were asked for, and how often each has struck. Callers hold the broker's lock.</summary>
internal sealed class FaultRules(int seed)
{
    private readonly List<FaultState> rules = [];
    private int added;

    /// <summary>What is kept across a restart.</summary>
    internal sealed record Kept(int Added, IReadOnlyList<FaultState> Rules);

    public IReadOnlyList<FaultState> All => rules;

    /// <summary>Something was counted or changed since this was last set to false.</summary>
    public bool HasChanged { get; set; }

    public Kept ToKeep() => new(added, [.. rules]);

    public void Restore(Kept kept)
    {
        added = kept.Added;
        rules.AddRange(kept.Rules);
    }

    public FaultState Add(Fault fault)
    {
        var state = new FaultState($"fault-{++added}", fault, 0, 0);
        rules.Add(state);
        HasChanged = true;
        return state;
    }

    public bool Remove(string id)
    {
        var removed = rules.RemoveAll(rule => rule.Id == id) > 0;
        HasChanged |= removed;
        return removed;
    }

    /// <summary>The first fault that strikes this request; every fault that matches counts it.</summary>
    public Fault? StrikesRequest(string method, string template, string? accountId) =>
        rules.Count == 0 ? null : Strike(fault => fault.StrikesRequests && MatchesRoute(fault, method, template), accountId);

    public Fault? StrikesItem(string method, string template, string accountId, string symbol) =>
        rules.Count == 0
            ? null
            : Strike(
                fault => fault.Kind == FaultKind.FailedItem
                    && MatchesRoute(fault, method, template)
                    && (fault.Symbol is null || fault.Symbol == symbol),
                accountId);

    /// <param name="kind">One of those that strike the business itself.</param>
    /// <param name="accountId">Null when it is about no account.</param>
    public Fault? Strikes(FaultKind kind, string? accountId) => rules.Count == 0 ? null : Strike(fault => fault.Kind == kind, accountId);

    public bool IsHalted(string accountId, string symbol)
    {
        foreach (var rule in rules)
        {
            if (rule.Fault.Kind == FaultKind.Unsellable && rule.Fault.Symbol == symbol && MatchesAccount(rule.Fault, accountId))
                return true;
        }
        return false;
    }

    public static bool MatchesAccount(Fault fault, string? accountId) =>
        fault.AccountId is null || string.Equals(fault.AccountId, accountId, StringComparison.OrdinalIgnoreCase);

    private Fault? Strike(Func<Fault, bool> matches, string? accountId)
    {
        Fault? striking = null;
        for (var index = 0; index < rules.Count; index++)
        {
            var rule = rules[index];
            if (!matches(rule.Fault) || !MatchesAccount(rule.Fault, accountId))
                continue;
            HasChanged = true;
            rule = rule with { Seen = rule.Seen + 1 };
            if (striking is null && IsDue(rule))
            {
                rule = rule with { Struck = rule.Struck + 1 };
                striking = rule.Fault;
            }
            rules[index] = rule;
        }
        return striking;
    }

    private bool IsDue(FaultState rule)
    {
        var fault = rule.Fault;
        var most = fault.Count ?? (fault.Probability is null ? 1 : 0);
        return rule.Seen >= fault.Nth
            && (most == 0 || rule.Struck < most)
            && (fault.Probability is not { } probability || new Draw(seed, rule.Id).Fraction($"request {rule.Seen}") < probability);
    }

    /// <summary>The route of a fault is the template as the broker writes it, with or without a method before it.</summary>
    private static bool MatchesRoute(Fault fault, string method, string template)
    {
        if (fault.Route is not { } route)
            return true;
        var space = route.IndexOf(' ', StringComparison.Ordinal);
        return route.AsSpan(space + 1).SequenceEqual(template) && (space < 0 || route.AsSpan(0, space).SequenceEqual(method));
    }
}
