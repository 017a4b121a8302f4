using AccountClosure.Closure;
using AccountClosure.Simulator;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>How a closure gets into each review.</summary>
internal static class ReviewCases
{
    private const string CreateRoute = "POST /v1/accounts/{account_id}/transfers";
    private const string CloseRoute = "POST /v1/accounts/{account_id}/actions/close";
    private const string SellRoute = "DELETE /v1/trading/accounts/{account_id}/positions";

    private static readonly NewPosition Shares = new("AAPL", 10, 100m);

    public static ReviewCase For(ReviewCode code) => All.Single(reviewCase => reviewCase.Code == code);

    public static IReadOnlyList<ReviewCase> All { get; } =
    [
        new(ReviewCode.StepFailed, ClosurePhase.Liquidating, 2_000m, With(1_000m, Shares))
        {
            // The keys were revoked, so neither a retry nor waiting helps.
            Cause = scene => scene.Strike(SellRoute, 403),
        },
        new(ReviewCode.LiquidationTimedOut, ClosurePhase.Liquidating, 2_000m, With(1_000m, Shares))
        {
            Before = scene => scene.App.Simulator.AddFault(new Fault { Kind = FaultKind.Unsellable, Symbol = "AAPL", Count = 0 }),
        },
        new(ReviewCode.UnsellablePosition, ClosurePhase.Liquidating, 2_000m, With(1_000m, Shares))
        {
            Before = scene => scene.App.Simulator.AddFault(
                new Fault { Kind = FaultKind.FailedItem, Symbol = "AAPL", Status = 422, Count = 0, Route = SellRoute }),
        },
        new(ReviewCode.SettlementTimedOut, ClosurePhase.Settling, 2_000m, With(1_000m, Shares))
        {
            Before = scene => scene.App.Simulator.AddFault(new Fault { Kind = FaultKind.StuckSettlement, Count = 0 }),
        },
        new(ReviewCode.NegativeBalance, ClosurePhase.Settling, 1_000m, With(0m, Shares))
        {
            Cause = scene =>
            {
                scene.App.RunUntil(scene.Account, ClosurePhase.Liquidating);
                scene.App.Simulator.AddCash(scene.Id, new CashChange(-1_025m));
            },
            Remove = scene => scene.App.Simulator.AddCash(scene.Id, new CashChange(1_025m)),
        },
        new(ReviewCode.AccountBlocked, ClosurePhase.Withdrawing, 80_000m, With(80_000m))
        {
            Cause = scene =>
            {
                scene.App.RunUntil(() => scene.App.State(scene.Account).Transfers.Count == 1);
                scene.App.Simulator.SetBlocks(scene.Id, new Blocks(Transfers: true));
            },
            Remove = scene => scene.App.Simulator.SetBlocks(scene.Id, new Blocks()),
        },
        new(ReviewCode.TransferOverdue, ClosurePhase.Withdrawing, 10_000m, With(
            10_000m) with { Bank = new BankOptions(TransferHours: 24 * 8) }),
        new(ReviewCode.TooManyFailedTransfers, ClosurePhase.Withdrawing, 10_000m, With(
            10_000m) with { Bank = new BankOptions(Rejections: [1, 2, 3]) }),
        new(ReviewCode.AmbiguousTransfer, ClosurePhase.Withdrawing, 20_000m, With(10_000m))
        {
            // The answer is lost, and before the next poll the customer sends the same amount to the same bank.
            Before = scene =>
                scene.App.Simulator.AddFault(new Fault { Kind = FaultKind.Drop, Effect = FaultEffect.After, Route = CreateRoute }),
            Cause = scene =>
            {
                scene.App.RunUntil(() => scene.App.State(scene.Account).Transfers.Count == 1);
                scene.App.Simulator.AddCash(scene.Id, new CashChange(10_000m));
                scene.App.Simulator.AddTransfer(scene.Id, new NewTransfer(10_000m));
            },
        },
        new(ReviewCode.OtherTransferOverdue, ClosurePhase.Withdrawing, 100m, With(0m) with
        {
            PriorTransfers = [new NewTransfer(100m, HoursAgo: 1, TransferHours: 24 * 7)],
        }),
        new(ReviewCode.TooManyPhaseRestarts, ClosurePhase.Liquidating, 1_300m, With(1_000m))
        {
            Configuration = { ["Closure:MaxPhaseRestarts"] = "0" },
            Cause = scene =>
            {
                scene.App.RunUntil(scene.Account, ClosurePhase.Withdrawing);
                scene.App.Simulator.AddPosition(scene.Id, new NewPosition("SPIN", 10, 30m));
            },
        },
        new(ReviewCode.CloseRefused, ClosurePhase.Closing, 1_000m, With(1_000m))
        {
            Before = scene => scene.Strike(CloseRoute, 422),
        },
        new(ReviewCode.CloseNotConfirmed, ClosurePhase.Closing, 1_000m, With(1_000m))
        {
            Simulator = new SimulatorOptions { CloseDelay = TimeSpan.FromHours(3) },
        },
        new(ReviewCode.ClosedWithAssets, ClosurePhase.Closing, 1_000m, With(1_000m))
        {
            Cause = scene =>
            {
                scene.App.RunUntilStatus(scene.Account, status => status.CustomStatus?.Wait == WaitKind.Returns);
                scene.App.Simulator.AddCash(scene.Id, new CashChange(500m));
                scene.App.Simulator.SetStatus(scene.Id, "ACCOUNT_CLOSED");
            },
            Remove = scene => scene.App.Simulator.AddCash(scene.Id, new CashChange(-500m)),
        },
        new(ReviewCode.OrdersRemain, ClosurePhase.Liquidating, 2_000m, With(1_000m, Shares))
        {
            Before = scene => scene.App.Simulator.AddFault(new Fault { Kind = FaultKind.Unsellable, Symbol = "AAPL", Count = 0 }),
            Cause = scene =>
            {
                scene.App.RunUntil(() => scene.App.State(scene.Account).Orders.Any(order => order.Side == "sell"));
                scene.Strike("DELETE /v1/trading/accounts/{account_id}/orders/{order_id}", 422);
                scene.App.Cancel(scene.Account);
            },
        },
    ];

    private static NewAccount With(decimal cash, params NewPosition[] positions) => new() { Cash = cash, Positions = positions };
}
