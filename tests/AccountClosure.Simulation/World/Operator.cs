using System.Text.Json.Nodes;
using AccountClosure.Simulator;

namespace AccountClosure.Simulation.World;

/// <summary>A person who decides about what waits for a person, sooner or later, and not always wisely.</summary>
internal sealed class Operator(SimulatedWorld world)
{
    private readonly Draws _draws = new(world.Course.Seed, "operator");
    private string? _answered;

    public void Look()
    {
        if (world.Watch.Review is not { } review || review.Key == _answered)
            return;
        _answered = review.Key;
        world.At(world.Now + _draws.Between(TimeSpan.FromMinutes(5), TimeSpan.FromHours(30)), Decide);
    }

    private void Decide()
    {
        _answered = null;
        if (world.Watch.Review is not { } review)
            return;
        world.Unhealed.PersonLooks();
        AccountBooks books = world.Books();
        if (books.Cash < 0 && review.Code == "NegativeBalance")
        {
            world.Broker.AddCash(world.Account.AccountId, new CashChange(-books.Cash));
            world.Changes.Add(-books.Cash);
            world.LastChange = world.Now;
        }
        string choice = _draws.Chance(0.8) || review.Choices.Count == 0 ? "Retry" : _draws.OneOf(review.Choices.ToArray());
        world.Watch.LeftATransferAside |= choice == "Skip" && review.Code == "AmbiguousTransfer";
        world.LastDecision = world.Now;
        world.Story.Tell("operator", $"decides {choice} about {review.Code}");
        JsonObject decision = new() { ["choice"] = choice, ["actor"] = "an operator", ["reason"] = "drawn" };
        if (review.Number is { } number)
            decision["review"] = number;
        world.Ask("operator", HttpMethod.Post, $"api/account-closure/resolve-task/{world.Account.AccountId}", decision);
        // If that did not help, the same review is there again, with its time unchanged or not.
        world.At(world.Now + TimeSpan.FromHours(30), () => _answered = null);
    }
}
