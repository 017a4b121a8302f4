using System.Reflection;
using AccountClosure.Activities;
using AccountClosure.Closure;

namespace AccountClosure.Tests.Scenarios.Paths;

/// <summary>Every path that a closure can take has a test that drives the whole app along it.</summary>
public sealed class FailurePathTests
{
    [Fact]
    public void Every_path_is_covered_by_a_scenario()
    {
        var covered = Covered().ToHashSet(StringComparer.Ordinal);

        Paths().Where(path => !covered.Contains(path)).ShouldBeEmpty("no test says [Covers(…)] of these");
    }

    [Fact]
    public void No_test_claims_a_path_that_does_not_exist()
    {
        Covered().Except(Paths()).ShouldBeEmpty();
    }

    private static IEnumerable<string> Paths() =>
    [
        .. Enum.GetValues<ReviewCode>().SelectMany(code => ChoicesOf(code).Select(choice => CoversAttribute.Name(code, choice))),
        .. ValuesOf<RefusalCode>(),
        .. ValuesOf<WithdrawalDecision>(),
        .. ValuesOf<SafetyFinding>(),
        .. ValuesOf<TransferStage>(),
        .. ValuesOf<CreateTransferOutcome>(),
        .. ValuesOf<CloseBrokerAccountOutcome>(),
    ];

    /// <summary>An unconfirmed close was requested, so the closure cannot be aborted.</summary>
    private static IReadOnlyList<ReviewChoice> ChoicesOf(ReviewCode code) =>
        new Review(code, ClosurePhase.Withdrawing, DateTimeOffset.UnixEpoch, Number: 1,
            CanAbort: ReviewChoiceTests.AbortedCodes.Contains(code)).Choices();

    private static IEnumerable<string> ValuesOf<T>()
        where T : struct, Enum => Enum.GetValues<T>().Select(value => CoversAttribute.Name(value));

    /// <summary>The paths that the tests name, and those that the theories over all review cases cover.</summary>
    private static IEnumerable<string> Covered() =>
    [
        .. typeof(FailurePathTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetCustomAttributes<CoversAttribute>())
            .Select(covers => covers.Path),
        .. ReviewChoiceTests.RetriedCodes.Select(code => CoversAttribute.Name(code, ReviewChoice.Retry)),
        .. ReviewChoiceTests.AbortedCodes.Select(code => CoversAttribute.Name(code, ReviewChoice.Abort)),
    ];
}
