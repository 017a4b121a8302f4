using System.Globalization;
using System.Text.RegularExpressions;
using AccountClosure.Records;
using AccountClosure.Simulation.World;
using AccountClosure.Simulator;

namespace AccountClosure.Simulation.Invariants;

/// <summary>
/// When an email is sent, it says nothing false about the outcome, the money or the account. Changes that were too late to be
/// seen are excused. No email is missing: one when a closure starts, and one about the end of the last one. Operations is not asked about
/// an earlier review after a later one.
/// </summary>
internal sealed partial class EmailsAreTrue : Invariant
{
    private const string InDoubt = "It is not certain whether";

    public override string Name => "emails are true";

    public override void WhenSent(SimulatedWorld world, SentEmail sent)
    {
        switch (sent.Kind)
        {
            case EmailKind.Initiated:
                CheckInitiated(world, sent);
                break;
            case EmailKind.Closed:
                CheckClosed(world, sent);
                break;
            case EmailKind.StaysOpen:
                CheckOpen(world, sent);
                break;
            default:
                CheckReview(world, sent);
                break;
        }
    }

    public override void AtTheEnd(SimulatedWorld world)
    {
        List<AuditEntry> audit = [.. world.Store<IAuditLog>().ListAsync(world.Account.AccountId).GetAwaiter().GetResult()];
        // A person may decide to continue without a message, and a message that cannot be sent for a week is abandoned.
        bool mayBeMissing = audit.Exists(entry => entry.Event is "ReviewSkip" or "NotificationFailed" or "NotificationSuperseded");
        foreach (WatchedClosure closure in world.Watch.Closures.Where(closure => closure.IsAccepted))
        {
            if (!mayBeMissing && !IsSent(world, closure, EmailKind.Initiated))
                world.Violate(this, $"the customer was never told that {closure.ConfirmationNumber} had begun");
        }
        WatchedClosure? last = world.Watch.Closures.LastOrDefault(
            closure => closure.IsAccepted || IsSent(world, closure, EmailKind.Initiated));
        // An email about a later closure also states the state of the account.
        bool isTold = world.Watch.Closures.SkipWhile(closure => closure != last).Any(
            closure => IsSent(world, closure, EmailKind.Closed) || IsSent(world, closure, EmailKind.StaysOpen));
        if (last is not null && !mayBeMissing && !isTold)
            world.Violate(this, $"the customer was never told how {last.ConfirmationNumber} ended");
        SentEmail? latest = world.Witness.Emails.LastOrDefault(sent => sent.Kind is EmailKind.Closed or EmailKind.StaysOpen);
        bool isClosed = world.State().Status == "ACCOUNT_CLOSED" && world.LastStatusChange is null;
        if (latest?.Kind == EmailKind.StaysOpen && isClosed && !mayBeMissing)
            world.Violate(this, "the last that the customer was told is that the account stays open, and it is closed");
    }

    private static bool IsSent(SimulatedWorld world, WatchedClosure closure, EmailKind kind) =>
        world.Witness.Emails.Any(sent => sent.ConfirmationNumber == closure.ConfirmationNumber && sent.Kind == kind);

    private void CheckInitiated(SimulatedWorld world, SentEmail sent)
    {
        // Mail may have been down meanwhile, but the message about the start never follows the one about the end.
        if (world.Witness.Emails.Any(other =>
            other.ConfirmationNumber == sent.ConfirmationNumber && other.Kind is EmailKind.Closed or EmailKind.StaysOpen))
            world.Violate(this, $"the customer was told that {sent.ConfirmationNumber} had begun after being told how it ended");
        ClosureRecord? row = world.Store<IClosureTracking>().FindAsync(sent.ConfirmationNumber!).GetAwaiter().GetResult();
        if (row is not null
            && !sent.Email.Text.Contains($"We received your request on {DayInNewYork(row.StartedAt)}", StringComparison.Ordinal))
            world.Violate(this, $"an email does not name the day of the request, {row.StartedAt:u}");
    }

    private void CheckReview(SimulatedWorld world, SentEmail sent)
    {
        if (ReviewOf(sent) is { } number && world.Witness.Emails.Any(other =>
            other.ConfirmationNumber == sent.ConfirmationNumber && other.Kind == EmailKind.Other && ReviewOf(other) > number))
            world.Violate(this, $"operations was asked about review {number} after a later one");
    }

    private void CheckClosed(SimulatedWorld world, SentEmail sent)
    {
        if (world.State().Status != "ACCOUNT_CLOSED" && !(world.LastStatusChange > sent.Email.Date - world.Unseen))
            world.Violate(this, $"an email says that the account is closed; it is {world.State().Status}");
        DateTimeOffset knownUntil = Earlier(world.CloseAcceptedAt, sent.Email.Date) - world.Unseen;
        string text = sent.Email.Text;
        ComparePaid(world, sent, Amount(PaidInAll().Match(text)) ?? 0m, world.Now - world.Unseen);
        if (!text.Contains(InDoubt, StringComparison.Ordinal))
            CheckUncounted(world, sent);
        if (world.LastChange > knownUntil || world.State().Transfers.Any(transfer => world.Changes.ChangedAt(transfer) > knownUntil))
            return;
        // The email does not mention a debt within the tolerance.
        decimal left = Math.Max(0m, decimal.Truncate(world.State().Cash * 100m) / 100m);
        decimal said = Amount(LeftOver().Match(text)) ?? 0m;
        if (said != left)
            world.Violate(this, $"an email says that {said} are left in the closed account; there are {left}");
    }

    private void CheckOpen(SimulatedWorld world, SentEmail sent)
    {
        DateTimeOffset seen = world.Now - world.Unseen;
        if (world.CloseAcceptedAt <= seen && world.LastStatusChange is null)
            world.Violate(this, $"an email says that the account stays open; the broker accepted the close at {world.CloseAcceptedAt:u}");
        if (world.State().Status == "ACCOUNT_CLOSED" && world.LastStatusChange <= seen)
            world.Violate(this, "an email says that the account stays open; it is closed");
        if (world.Witness.Emails.Any(other => other != sent && other.Kind == EmailKind.Closed) && world.LastStatusChange is null)
            world.Violate(this, "an email says that the account stays open after one said that it is closed");
        string text = sent.Email.Text;
        decimal? paid = Amount(PaidByThen().Match(text));
        if (paid is null && !text.Contains("No money had been paid out", StringComparison.Ordinal))
            return;
        ComparePaid(world, sent, paid ?? 0m, world.Now - world.Unseen);
        if (!text.Contains(InDoubt, StringComparison.Ordinal))
            CheckUncounted(world, sent);
    }

    /// <summary>An email that states a total without a doubt must not leave out a transfer that the ledger does not know.</summary>
    private void CheckUncounted(SimulatedWorld world, SentEmail sent)
    {
        IReadOnlySet<string>? before = world.Watch.Closures.Find(closure => closure.ConfirmationNumber == sent.ConfirmationNumber)?.Before;
        HashSet<string> known = [.. world.Ledger().Select(entry => entry.BrokerTransferId).OfType<string>(), .. world.Others];
        if (before is not null && world.State().Transfers.FirstOrDefault(transfer => transfer.Direction == "OUTGOING"
            && !known.Contains(transfer.Id) && !before.Contains(transfer.Id)
            && world.Changes.CreatedAt(transfer) < sent.Email.Date) is { } left)
            world.Violate(this, $"an email leaves out a transfer of {left.Amount} and does not say that it is not certain");
    }

    /// <summary>Compares the amount that the email states as paid out with the amount that has arrived when it is sent.</summary>
    /// <param name="knownUntil">Time after which the closure may not know the broker's changes.</param>
    private void ComparePaid(SimulatedWorld world, SentEmail sent, decimal said, DateTimeOffset knownUntil)
    {
        HashSet<string> own =
        [
            .. world.Ledger()
                .Where(entry => entry.Intent.ConfirmationNumber == sent.ConfirmationNumber)
                .Select(entry => entry.BrokerTransferId)
                .OfType<string>(),
        ];
        // A person declared the meaning of an unknown status, not the broker.
        HashSet<string> declared =
            [.. world.Ledger().Where(entry => entry.Declaration is not null).Select(entry => entry.BrokerTransferId).OfType<string>()];
        List<TransferState> transfers =
            [.. world.State().Transfers.Where(transfer => own.Contains(transfer.Id) && !declared.Contains(transfer.Id))];
        decimal perhaps = world.State().Transfers.Where(transfer => declared.Contains(transfer.Id)).Sum(transfer => transfer.Amount);
        decimal certain = transfers
            .Where(transfer => BrokersWords.HasArrived(transfer.Status) && world.Changes.ChangedAt(transfer) <= knownUntil)
            .Sum(transfer => transfer.Amount);
        decimal unseen = transfers
            .Where(transfer => transfer.CompletedAt is not null && world.Changes.ChangedAt(transfer) > knownUntil)
            .Sum(transfer => transfer.Amount);
        if (said < certain || said > certain + unseen + perhaps)
            world.Violate(
                this,
                $"an email of {sent.Email.Date:u}, sent at {sent.SentAt:u} ({sent.Kind}), says that {said} were paid out; {certain} "
                    + $"had arrived{(unseen > 0 ? $", and perhaps {unseen} more" : "")}");
    }

    private static DateTimeOffset Earlier(DateTimeOffset? one, DateTimeOffset other) => one < other ? one.Value : other;

    private static decimal? Amount(Match match) =>
        match.Success
        ? decimal.Parse(match.Groups[1].Value, NumberStyles.AllowThousands | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture)
        : null;

    private static int? ReviewOf(SentEmail sent) =>
        Review().Match(sent.Email.Text) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;

    private static string DayInNewYork(DateTimeOffset time) =>
        TimeZoneInfo.ConvertTimeBySystemTimeZoneId(time, "America/New_York").ToString("dddd, MMMM d, yyyy", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"Review (\d+),", RegexOptions.CultureInvariant)]
    private static partial Regex Review();

    [GeneratedRegex(@"Paid out (?:in all|for certain):\s+\$([\d,]+\.\d\d)", RegexOptions.CultureInvariant)]
    private static partial Regex PaidInAll();

    [GeneratedRegex(@"\$([\d,]+\.\d\d)\s+had been paid out", RegexOptions.CultureInvariant)]
    private static partial Regex PaidByThen();

    [GeneratedRegex(@"\$([\d,]+\.\d\d)\s+(?:was too little for a transfer|is left in the account)", RegexOptions.CultureInvariant)]
    private static partial Regex LeftOver();
}
