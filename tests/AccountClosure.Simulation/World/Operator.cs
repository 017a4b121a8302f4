using AccountClosure.Closure;
using AccountClosure.Simulator;

namespace AccountClosure.Simulation.World;

/// <summary>A person who decides about what waits for a person, sooner or later, and not always wisely.</summary>
internal sealed class Operator(SimulatedWorld world)
{
    private readonly Draws _draws = new(world.Course.Seed, "operator");
    private DateTimeOffset? _answered;

    public void Look()
    {
        if (world.Watch.Progress is not { Review: not null } progress || progress.Since == _answered)
            return;
        _answered = progress.Since;
        world.At(world.Now + _draws.Between(TimeSpan.FromMinutes(5), TimeSpan.FromHours(30)), Decide);
    }

    private void Decide()
    {
        _answered = null;
        if (world.Watch.Progress is not { Review: { } review } || world.Watch.Latest is { EndedAt: not null })
            return;
        AccountBooks books = world.Books();
        if (books.Cash < 0 && review.Code == ReviewCode.NegativeBalance)
        {
            world.Broker.AddCash(world.Account.AccountId, new CashChange(-books.Cash));
            world.LastChange = world.Now;
        }
        ReviewChoice choice = _draws.Chance(0.8) ? ReviewChoice.Retry : _draws.OneOf(review.Choices.ToArray());
        world.Watch.LeftATransferAside |= choice == ReviewChoice.Skip && review.Code == ReviewCode.AmbiguousTransfer;
        world.Story.Tell("operator", $"decides {choice} about {review.Code}");
        world.Ask(
            "operator",
            HttpMethod.Post,
            $"api/account-closure/resolve-task/{world.Account.AccountId}",
            new { choice = choice.ToString(), actor = "an operator", reason = "drawn" });
        // If that did not help, the same review is there again, with its time unchanged or not.
        world.At(world.Now + TimeSpan.FromHours(30), () => _answered = null);
    }
}
