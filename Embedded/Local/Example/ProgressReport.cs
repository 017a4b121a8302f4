using AccountClosure.Closure;

namespace AccountClosure.Embedded.Local.Example;

/// <summary>Writes the changes in a closure's progress, one line each: phases, waits, transfers.</summary>
public sealed class ProgressReport(Terminal terminal)
{
    private static readonly int PhaseWidth = Enum.GetNames<ClosurePhase>().Max(name => name.Length) + 2;

    private readonly Dictionary<int, string> _transfers = [];
    private (ClosurePhase Phase, DateTimeOffset Since)? _phase;
    private string? _waitingFor;

    public void Show(ClosureProgress progress)
    {
        // Transfers that completed before the phase started come before it.
        foreach (var transfer in progress.Transfers.Where(transfer => transfer.CompletedAt <= progress.Since))
            ShowTransfer(transfer);
        ShowPhase(progress);
        foreach (var transfer in progress.Transfers)
            ShowTransfer(transfer);
        ShowWait(progress);
    }

    private void ShowPhase(ClosureProgress progress)
    {
        if (_phase == (progress.Phase, progress.Since))
            return;
        _phase = (progress.Phase, progress.Since);
        _waitingFor = null;
        var name = progress.Phase.ToString().PadRight(PhaseWidth);
        terminal.Line($"{NewYorkTime.Show(progress.Since)}  {Paint(progress.Phase, name)}{Explain(progress)}");
    }

    private void ShowWait(ClosureProgress progress)
    {
        if (progress.WaitingFor == _waitingFor || progress.WaitingFor is null)
            return;
        _waitingFor = progress.WaitingFor;
        var until = progress switch
        {
            { ReturnsUntil: { } end } => $"; until {NewYorkTime.Show(end)}",
            { NextActionAt: { } at } => $"; next at {NewYorkTime.Show(at)}",
            _ => "",
        };
        Detail(terminal.Faint($"waits: {_waitingFor}{until}"));
    }

    private void ShowTransfer(TransferSummary transfer)
    {
        // Only the creation and the end matter here; the steps in between are the bank's.
        if (transfer.CreatedAt is not { } createdAt)
            return;
        if (_transfers.TryAdd(transfer.Sequence, ""))
            Line(createdAt, $"transfer {transfer.Sequence}: {transfer.Amount.ForPeople()} created");
        if (!transfer.Status.IsFinal || _transfers[transfer.Sequence] == transfer.Status.Raw)
            return;
        _transfers[transfer.Sequence] = transfer.Status.Raw;
        var text = $"transfer {transfer.Sequence}: {transfer.Status}";
        if (transfer.CompletedAt is { } completedAt)
            Line(completedAt, text);
        else
            Detail(terminal.Attention(text));
    }

    private void Line(DateTimeOffset at, string text) => terminal.Line($"{NewYorkTime.Show(at)}  {new string(' ', PhaseWidth)}{text}");

    private void Detail(string text) => terminal.Line($"{new string(' ', NewYorkTime.Width)}  {new string(' ', PhaseWidth)}{text}");

    private static string Explain(ClosureProgress progress) => progress.Phase switch
    {
        ClosurePhase.Completed => $"confirmation {progress.ConfirmationNumber}",
        ClosurePhase.ManualReview => progress.Review?.Explanation ?? progress.NextAction,
        ClosurePhase.Rejected or ClosurePhase.Cancelled or ClosurePhase.Failed => progress.Reason ?? progress.NextAction,
        _ => progress.NextAction,
    };

    private string Paint(ClosurePhase phase, string text) => phase switch
    {
        ClosurePhase.Completed => terminal.Good(text),
        ClosurePhase.ManualReview or ClosurePhase.Cancelled => terminal.Attention(text),
        ClosurePhase.Rejected or ClosurePhase.Failed => terminal.Bad(text),
        _ => terminal.Strong(text),
    };
}
