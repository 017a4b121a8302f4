using System.Text.RegularExpressions;

namespace AccountClosure.FunctionsHost.Answers;

/// <summary>A documented difference between the answers: a row of the table in <c>docs/host-answers.md</c>.</summary>
/// <param name="Row">The beginning of its first cell.</param>
/// <param name="FunctionsHost">The status that the Functions host answers with.</param>
/// <param name="Embedded">The status that the embedded host answers with.</param>
/// <param name="Lines">Matches the lines of the shapes that differ while all others are the same; null when the statuses differ.</param>
internal sealed record Deviation(string Row, int FunctionsHost, int Embedded, Regex? Lines = null)
{
    public bool IsSeen(Answer functions, Answer embedded) =>
        functions.Status == FunctionsHost
        && embedded.Status == Embedded
        && functions.DifferenceFrom(embedded) is not null
        && (Lines is null || functions.DifferenceFrom(embedded, Lines) is null);
}
