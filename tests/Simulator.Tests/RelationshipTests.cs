namespace AccountClosure.Simulator.Tests;

public sealed class RelationshipTests : IAsyncLifetime
{
    private readonly TestBroker broker = new(new SimulatorOptions { TransferDuration = TimeSpan.FromHours(10) });

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => broker.DisposeAsync().AsTask();

    [Fact]
    public async Task A_relationship_that_is_cancelled_midway_takes_no_transfer_until_it_is_approved_again()
    {
        var account = broker.Simulator.CreateAccount(new NewAccount { Cash = 100m, Bank = new BankOptions(Rejections: [2]) });
        await broker.WithdrawAsync(account, "10");
        var control = $"/_sim/accounts/{account.AccountId}/relationship";

        (await broker.PostAsync(control, """{"status": "CANCEL_REQUESTED"}""")).Status.ShouldBe(200);
        var refused = await broker.WithdrawAsync(account, "10");
        (await broker.PostAsync(control, """{"status": "APPROVED"}""")).Status.ShouldBe(200);
        await broker.WithdrawAsync(account, "10");
        broker.Time.Advance(TimeSpan.FromHours(10));

        refused.Status.ShouldBe(422);
        broker.State(account).Transfers.Select(transfer => transfer.Status).ShouldBe(["COMPLETE", "REJECTED"]);
        (await broker.PostAsync(control, """{"status": "sleepy"}""")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task The_relationship_must_be_the_accounts_own_and_approved_and_transfers_must_not_be_blocked()
    {
        var account = broker.Account(100m);
        var stranger = broker.Account(100m);
        var foreign = await broker.PostAsync($"/v1/accounts/{account.AccountId}/transfers", TestBroker.TransferBody(stranger, "10"));
        broker.Simulator.SetBank(account.AccountId, new BankOptions(RelationshipStatus: "PENDING"));
        var unapproved = await broker.WithdrawAsync(account, "10");
        broker.Simulator.SetBank(account.AccountId, new BankOptions());
        broker.Simulator.SetBlocks(account.AccountId, new Blocks(Transfers: true));
        var blocked = await broker.WithdrawAsync(account, "10");

        foreign.Status.ShouldBe(422);
        unapproved.Status.ShouldBe(422);
        blocked.Status.ShouldBe(403);
        blocked.Text("message").ShouldContain("withdrawable");
        broker.State(account).Cash.ShouldBe(100m);
    }
}
