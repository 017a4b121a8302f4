namespace AccountClosure.Simulation.World;

/// <summary>
/// Faults that last until a person removes the cause. A person does this when asked about the closure. A person who is never
/// asked never does it.
/// </summary>
internal sealed class Unhealed(SimulatedWorld world)
{
    private readonly Draws _draws = new(world.Course.Seed, "healing");
    private readonly List<(string What, Action Heal)> _causes = [];

    public void Add(string what, Action heal) => _causes.Add((what, heal));

    /// <summary>A person who was asked searches for the cause, sometimes not thoroughly enough the first time.</summary>
    public void PersonSearches()
    {
        if (_draws.Chance(0.7))
            HealAll();
    }

    public void HealAll()
    {
        // The latest fault first, because an order cannot be cancelled in an account that was disabled later.
        var causes = _causes.AsEnumerable().Reverse().ToArray();
        _causes.Clear();
        foreach ((string what, Action heal) in causes)
        {
            world.Story.Tell("world", $"{what} is put right");
            heal();
        }
    }
}
