using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Activities;

/// <param name="MayClose">False for the first check, which sends no request.</param>
/// <param name="EmptySince">
/// Time of the first check to which this is the second, see <see cref="ClosureState.EmptySince"/>. A late execution must not use it after a
/// later first check.
/// </param>
/// <param name="MayBeSlow">
/// Whether the checks have been too late for so long that the rate limit cannot leave enough requests in time. The age of the reads then
/// counts from the last read.
/// </param>
public sealed record CloseBrokerAccountInput(
    ClosureRequest Request,
    string InstanceId,
    ClosurePolicy Policy,
    bool MayClose = true,
    DateTimeOffset? EmptySince = null,
    bool MayBeSlow = false);

public enum CloseBrokerAccountOutcome
{
    /// <summary>The checks did not pass (see the finding), or this was the first check.</summary>
    NotAsked,

    /// <summary>The broker received the request, or may have; the account's status shows the result.</summary>
    Asked,
    Refused,

    /// <summary>The closure was stopped or is not closing; the account stays open.</summary>
    ClosureNotRunning,

    /// <summary>Too much time passed between the checks and the request, or the first check is no longer valid: check again.</summary>
    TooLate,
}

/// <param name="Cash">US dollars, as last read; null when the account was already closed.</param>
/// <param name="Returned">Transfers of the closure that were complete and have come back; not yet in the ledger.</param>
public sealed record CloseBrokerAccountResult(
    SafetyFinding Finding, CloseBrokerAccountOutcome Outcome, Money? Cash, IReadOnlyList<ReturnedTransfer> Returned);

/// <summary>
/// Makes the last checks, and asks the broker to close the account only when nothing is left. The checks and the request are one activity,
/// so that <see cref="MaxReadAge"/> limits the time between the first read and the request. A repeated request closes the account once.
/// </summary>
public sealed class CloseBrokerAccount(IBroker broker, ITransferLedger ledger, IClosureTracking tracking, TimeProvider time)
{
    /// <summary>
    /// Maximum time from the first read to the request: the close would ignore what arrives in the account in between. Retries and waits
    /// for the rate limit can make a single read take minutes.
    /// </summary>
    private static readonly TimeSpan MaxReadAge = TimeSpan.FromSeconds(20);

    [Function(nameof(CloseBrokerAccount))]
    public async Task<CloseBrokerAccountResult> Run(
        [ActivityTrigger] CloseBrokerAccountInput input, [DurableClient] DurableTaskClient client, CancellationToken cancellationToken)
    {
        string accountId = input.Request.AccountId;
        var readAt = ElapsedTime.Since(time);
        var account = await broker.GetAccountAsync(accountId, cancellationToken);
        if (account.Status == SafetyChecks.Closed)
            return new CloseBrokerAccountResult(SafetyFinding.AlreadyClosed, CloseBrokerAccountOutcome.NotAsked, null, []);

        var transfers = await broker.ListTransfersAsync(accountId, cancellationToken);
        var ledgered = await ledger.ListAsync(accountId, cancellationToken);
        await ledger.RecordEarlierReturnsAsync(tracking, accountId, transfers, ledgered, time.GetUtcNow(), cancellationToken);
        var known = await ledger.ListAsync(accountId, cancellationToken);
        var returned = transfers.ReturnedSince(known, input.Request.ConfirmationNumber);
        var orders = await broker.ListOpenOrdersAsync(accountId, cancellationToken);
        var positions = await broker.ListPositionsAsync(accountId, cancellationToken);
        var brokerTime = (await broker.GetClockAsync(cancellationToken)).Timestamp;
        // The balance comes last: what has ended since the other reads has become cash. What began since then appears in no read.
        var trading = await broker.GetTradingAccountAsync(accountId, cancellationToken);
        if (input.MayBeSlow)
            readAt = ElapsedTime.Since(time);
        var checkedAt = time.GetUtcNow();
        var check = new FinalCheck(
            account.Status,
            orders.Count,
            positions.Count,
            trading.Cash,
            transfers.Count(transfer => !transfer.Status.IsFinal && !HasEndedAlready(transfer))
                + transfers.Count(transfer => transfer.MayLackInBalances(brokerTime) && IsSomebodyElses(transfer))
                + known.Count(entry => entry.HasJustComeBack(checkedAt)),
            trading.PendingBeyond(transfers.WithoutDeclaredFailed(known)),
            [.. returned.Select(transfer => transfer.Sequence)],
            trading.IsBlocked());

        var finding = SafetyChecks.Evaluate(check, input.Policy);
        // Another execution of this activity may have closed the account between two reads.
        if (finding == SafetyFinding.AccountBlocked
            && (await broker.GetAccountAsync(accountId, cancellationToken)).Status == SafetyChecks.Closed)
        {
            finding = SafetyFinding.AlreadyClosed;
        }
        var outcome = finding == SafetyFinding.Clear && input.MayClose
            ? await Ask(input, client, readAt, cancellationToken)
            : CloseBrokerAccountOutcome.NotAsked;
        return new CloseBrokerAccountResult(finding, outcome, trading.Cash, returned);

        // The closure has waited until the balances show the transfers that the ledger knows.
        bool IsSomebodyElses(BrokerTransfer transfer) => known.All(entry => entry.BrokerTransferId != transfer.Id);

        bool HasEndedAlready(BrokerTransfer transfer) =>
            known.Any(entry => entry.BrokerTransferId == transfer.Id && entry.HasEndedAlready(transfer.Status, checkedAt));
    }

    private async Task<CloseBrokerAccountOutcome> Ask(
        CloseBrokerAccountInput input, DurableTaskClient client, ElapsedTime readAt, CancellationToken cancellationToken)
    {
        var withheld = CloseBrokerAccountOutcome.ClosureNotRunning;
        try
        {
            await broker.CloseAccountAsync(input.Request.AccountId, MayAsk, cancellationToken);
            return CloseBrokerAccountOutcome.Asked;
        }
        catch (BrokerException notSent) when (notSent.Kind == BrokerErrorKind.Withheld)
        {
            return withheld;
        }
        catch (BrokerException doubt) when (doubt.Kind == BrokerErrorKind.InDoubt)
        {
            return CloseBrokerAccountOutcome.Asked;
        }
        catch (BrokerException refusal) when (refusal.Kind is BrokerErrorKind.Refused or BrokerErrorKind.Forbidden)
        {
            return CloseBrokerAccountOutcome.Refused;
        }

        async Task<bool> MayAsk(CancellationToken cancellation)
        {
            var state = await client.FindRunningInAsync(
                input.InstanceId, input.Request.ConfirmationNumber, [ClosurePhase.Closing], cancellation);
            if (state is null)
                return false;
            withheld = CloseBrokerAccountOutcome.TooLate;
            if (!IsFirstCheckValid(input, state) || readAt.AtMost > MaxReadAge)
                return false;
            var (now, asked) = (time.GetUtcNow(), ElapsedTime.Since(time));
            if (!await tracking.TryAskAsync(input.Request.ConfirmationNumber, BrokerRequestKind.Close, now, now, cancellation))
                withheld = CloseBrokerAccountOutcome.ClosureNotRunning;
            return withheld == CloseBrokerAccountOutcome.TooLate && asked.AtMost <= ClosurePermit.MaxSendDelay;
        }
    }

    // The closure may have left the phase since the first check and come back, because something turned up: both checks must then pass
    // again.
    private static bool IsFirstCheckValid(CloseBrokerAccountInput input, ClosureState state) =>
        state.EmptySince is { } since && since == input.EmptySince;
}
