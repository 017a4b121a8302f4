using AccountClosure.Simulator;

namespace AccountClosure.Simulation.World;

/// <summary>A person who decides about manual reviews, sooner or later, and not always correctly.</summary>
internal sealed class Operator(SimulatedWorld world)
{
    // If a decision did not help, the same review appears again, with the same time or a new one.
    private static readonly TimeSpan Patience = TimeSpan.FromHours(30);

    private readonly Draws _draws = new(world.Course.Seed, "operator");
    private string? _decided;
    private DateTimeOffset _decidedAt;
    private bool _isAboutToDecide;

    public void Look()
    {
        if (_isAboutToDecide || world.Watch.Review is not { } review || (review.Key == _decided && world.Now < _decidedAt + Patience))
            return;
        _isAboutToDecide = true;
        world.At(world.Now + _draws.Between(TimeSpan.FromMinutes(5), TimeSpan.FromHours(30)), Decide);
    }

    private void Decide()
    {
        _isAboutToDecide = false;
        if (world.Watch.Review is not { } review)
            return;
        world.Unhealed.PersonSearches();
        AccountState atBroker = world.State();
        if (atBroker.Cash < 0 && review.Code == "NegativeBalance")
        {
            world.Broker.AddCash(world.Account.AccountId, new CashChange(-atBroker.Cash));
            world.Changes.Add(-atBroker.Cash);
            world.LastChange = world.Now;
        }
        (_decided, _decidedAt) = (review.Key, world.Now);
        string choice = _draws.Chance(0.8) || review.Choices.Count == 0 ? "Retry" : _draws.OneOf(review.Choices.ToArray());
        world.Watch.LeftATransferAside |= choice == "Skip" && review.Code == "AmbiguousTransfer";
        world.Decide(review, choice);
        world.At(world.Now + Patience, Look);
    }
}
