using AccountClosure.Closure;

namespace AccountClosure.Tests.Closure;

public sealed class TransferMatchTests
{
    private static readonly DateTimeOffset Intended = new(2026, 3, 4, 15, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_one_transfer_of_the_same_bank_amount_and_time_is_adopted() =>
        Match(Sent("a")).ShouldBe(new TransferMatch(TransferMatchKind.One, Sent("a")));

    [Fact]
    public void A_transfer_older_than_the_intent_does_not_match() =>
        Match(Sent("a") with { CreatedAt = Intended.AddSeconds(-1) }).Kind.ShouldBe(TransferMatchKind.None);

    [Fact]
    public void A_transfer_whose_amount_differs_by_a_cent_does_not_match() =>
        Match(Sent("a") with { Amount = new Money(49_999.99m) }).Kind.ShouldBe(TransferMatchKind.None);

    [Fact]
    public void A_transfer_to_another_bank_does_not_match() =>
        Match(Sent("a") with { AchRelationshipId = "other" }).Kind.ShouldBe(TransferMatchKind.None);

    [Fact]
    public void A_transfer_without_a_bank_may_match_but_is_not_adopted() =>
        Match(Sent("a") with { AchRelationshipId = null }).ShouldBe(
            new TransferMatch(TransferMatchKind.Ambiguous, Sent("a") with { AchRelationshipId = null }));

    [Fact]
    public void A_transfer_without_a_bank_makes_another_match_uncertain() =>
        Match(Sent("a"), Sent("b") with { AchRelationshipId = null }).ShouldBe(new TransferMatch(TransferMatchKind.Ambiguous, null));

    [Fact]
    public void A_transfer_without_a_bank_does_not_match_if_amount_time_or_binding_differ() =>
        Match(
            Sent("a") with { AchRelationshipId = null, Amount = new Money(49_999.99m) },
            Sent("b") with { AchRelationshipId = null, CreatedAt = Intended.AddSeconds(-1) },
            Sent("bound") with { AchRelationshipId = null }).Kind.ShouldBe(TransferMatchKind.None);

    [Fact]
    public void A_wire_does_not_match() =>
        Match(Sent("a") with { AchRelationshipId = null, IsWire = true }).Kind.ShouldBe(TransferMatchKind.None);

    [Fact]
    public void A_transfer_bound_to_another_intent_does_not_match() =>
        Match(Sent("bound"), Sent("b")).Transfer!.Id.ShouldBe("b");

    [Fact]
    public void Two_equal_candidates_are_ambiguous() =>
        Match(Sent("a"), Sent("b")).Kind.ShouldBe(TransferMatchKind.Ambiguous);

    [Theory]
    [InlineData("BANK", 50_000, true)]
    [InlineData("other", 50_000, false)]
    [InlineData("bank", 50_001, false)]
    public void Two_intents_can_match_the_same_transfer_with_the_same_bank_and_amount(string bank, int amount, bool could) =>
        TransferMatch.CouldBe(new Money(50_000m), "bank", new Money(amount), bank).ShouldBe(could);

    private static BrokerTransfer Sent(string id) =>
        new(id, "bank", new Money(50_000m), TransferDirection.Outgoing, new TransferStatus("QUEUED"), Intended.AddSeconds(2));

    private static TransferMatch Match(params BrokerTransfer[] transfers) =>
        TransferMatch.Find(transfers, "bank", new Money(50_000m), Intended, new HashSet<string> { "bound" });
}
