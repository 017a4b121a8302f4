using System.Text.RegularExpressions;
using AccountClosure.Notifications;
using AccountClosure.Records;

namespace AccountClosure.Simulation.World;

internal enum EmailKind
{
    Initiated,
    Closed,
    StaysOpen,

    /// <summary>An email to operations.</summary>
    Other,
}

/// <summary>A sent email. Of several with the same key, it is the first.</summary>
/// <param name="SentAt">When it was sent, which may be later than its date.</param>
internal sealed record SentEmail(Email Email, EmailKind Kind, string? ConfirmationNumber, DateTimeOffset SentAt);

/// <summary>Observes what the app writes to the tracking and sends to the customer, at the time when it happens.</summary>
internal sealed partial class Witness(SimulatedWorld world)
{
    private readonly Dictionary<string, DateTimeOffset> _recordedEnds = new(StringComparer.Ordinal);
    private readonly HashSet<string> _keys = new(StringComparer.Ordinal);
    private readonly List<SentEmail> _emails = [];

    /// <summary>The emails, in the order in which they were sent.</summary>
    public IReadOnlyList<SentEmail> Emails => _emails;

    /// <summary>When the outcome of the closure was first recorded; null if it was not.</summary>
    public DateTimeOffset? RecordedEndOf(string confirmationNumber) =>
        _recordedEnds.TryGetValue(confirmationNumber, out DateTimeOffset at) ? at : null;

    /// <summary>When the outcome was recorded or the customer was told, whichever came first; null if neither happened.</summary>
    public DateTimeOffset? EndOf(string confirmationNumber)
    {
        DateTimeOffset? told = _emails.Find(sent =>
            sent.ConfirmationNumber == confirmationNumber && sent.Kind is EmailKind.Closed or EmailKind.StaysOpen)?.SentAt;
        DateTimeOffset? recorded = RecordedEndOf(confirmationNumber);
        return told < recorded || recorded is null ? told : recorded;
    }

    /// <summary>Called after a call of a store or of the mail had its effect.</summary>
    public void Called(object?[] arguments)
    {
        switch (arguments.FirstOrDefault())
        {
            case ClosureRecord { EndedAt: not null } record:
                _recordedEnds.TryAdd(record.ConfirmationNumber, world.Now);
                break;
            case Email email when _keys.Add(email.Key):
                string number = ConfirmationNumber().Match(email.Subject).Value;
                _emails.Add(new SentEmail(email, KindOf(email.Subject), number.Length == 0 ? null : number, world.Now));
                world.Story.Tell("mail", email.Subject);
                world.EmailSent(_emails[^1]);
                break;
        }
    }

    private static EmailKind KindOf(string subject) =>
        subject.StartsWith("We have begun", StringComparison.Ordinal) ? EmailKind.Initiated
        : subject.StartsWith("Your account is closed", StringComparison.Ordinal) ? EmailKind.Closed
        : subject.StartsWith("Your account stays open", StringComparison.Ordinal) ? EmailKind.StaysOpen
        : EmailKind.Other;

    [GeneratedRegex("CLA-[A-Z0-9]{5}-[A-Z0-9]{5}", RegexOptions.CultureInvariant)]
    private static partial Regex ConfirmationNumber();
}
