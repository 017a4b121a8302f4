namespace AccountClosure.Simulation.World;

/// <summary>
/// What stays wrong until somebody sees to it: a person who was asked about the closure has the cause removed. Whoever is never
/// asked never removes it.
/// </summary>
internal sealed class Unhealed(SimulatedWorld world)
{
    private readonly Draws _draws = new(world.Course.Seed, "healing");
    private readonly List<(string What, Action Heal)> _causes = [];

    public void Add(string what, Action heal) => _causes.Add((what, heal));

    /// <summary>A person was asked and looks for the cause; sometimes not well enough the first time.</summary>
    public void PersonLooks()
    {
        if (_draws.Chance(0.7))
            HealAll();
    }

    public void HealAll()
    {
        // The latest first: an order cannot be cancelled in an account that was disabled since.
        var causes = _causes.AsEnumerable().Reverse().ToArray();
        _causes.Clear();
        foreach ((string what, Action heal) in causes)
        {
            world.Story.Tell("world", $"{what} is put right");
            heal();
        }
    }
}
