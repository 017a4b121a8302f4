using AccountClosure.Closure;
using static AccountClosure.Tests.Closure.States;

namespace AccountClosure.Tests.Closure;

public sealed class ProgressTextsTests
{
    public static TheoryData<WaitKind> Waits => [.. Enum.GetValues<WaitKind>()];

    public static TheoryData<ClosurePhase> Phases => [.. Enum.GetValues<ClosurePhase>()];

    [Theory]
    [MemberData(nameof(Waits))]
    public void Each_wait_has_a_sentence_and_a_next_action(WaitKind kind)
    {
        var progress = ClosureProgress.From(In(ClosurePhase.Withdrawing).WaitFor(kind, Now.AddHours(1)));

        (progress.Wait, progress.NextActionAt).ShouldBe((kind, Now.AddHours(1)));
        progress.WaitingFor.ShouldNotBeNullOrWhiteSpace();
        progress.NextAction.ShouldNotBeNullOrWhiteSpace();
    }

    [Theory]
    [MemberData(nameof(Phases))]
    public void Each_phase_has_a_next_action_while_it_does_not_wait(ClosurePhase phase)
    {
        var progress = ClosureProgress.From(In(phase));

        (progress.Wait, progress.WaitingFor, progress.NextActionAt).ShouldBe((null, null, null));
        progress.NextAction.ShouldNotBeNullOrWhiteSpace();
    }

    [Theory]
    [InlineData(1, "The transfer to reach its end")]
    [InlineData(2, "The transfers to reach their ends")]
    public void One_open_transfer_is_not_called_several(int count, string sentence) =>
        ClosureProgress.From(In(ClosurePhase.Withdrawing)
            .With([.. Enumerable.Range(1, count).Select(sequence => Transfer(sequence, 10m, Now))])
            .WaitFor(WaitKind.Transfers, Now)).WaitingFor.ShouldBe(sentence);
}
