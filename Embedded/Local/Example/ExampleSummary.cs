using AccountClosure.Closure;
using AccountClosure.Simulator;

namespace AccountClosure.Embedded.Local.Example;

/// <summary>Shows the result of the example: transfers, money paid out, money that remains, emails.</summary>
public sealed class ExampleSummary(Terminal terminal)
{
    public void Show(MoneyCheck check, string confirmationNumber, IReadOnlyList<string> emails)
    {
        terminal.Line();
        ShowTransfers(check.Transfers);
        terminal.Line();
        Fact("started with", check.Account.StartedWith.ForPeople());
        Fact("paid out", check.Withdrawn.ForPeople());
        Fact("remaining", check.Remaining.ForPeople());
        Fact("account", $"{check.Account.AccountId} is {check.State.Status}");
        Fact("confirmation", confirmationNumber);
        Fact("emails", emails.Count == 0 ? "none" : emails[0]);
        foreach (var email in emails.Skip(1))
            Fact("", email);
        terminal.Line();
    }

    private void ShowTransfers(IReadOnlyList<TransferState> transfers)
    {
        if (transfers.Count == 0)
        {
            terminal.Line("  No transfer was needed.");
            return;
        }

        terminal.Line(terminal.Faint($"  {"transfer",-10}{"amount",12}   {"created (New York)",-26}{"after the one before",-22}status"));
        for (var index = 0; index < transfers.Count; index++)
        {
            var transfer = transfers[index];
            var gap = index == 0 ? "" : NewYorkTime.Show(transfer.CreatedAt - transfers[index - 1].CreatedAt);
            var amount = new Money(transfer.Amount).ForPeople();
            terminal.Line($"  {index + 1,-10}{amount,12}   {NewYorkTime.Show(transfer.CreatedAt),-26}{gap,-22}{transfer.Status}");
        }
    }

    private void Fact(string name, string value) => terminal.Line($"  {name,-14}{value}");
}
