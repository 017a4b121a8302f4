using AccountClosure.Functions;
using AccountClosure.Simulator;

namespace AccountClosure.FunctionsHost.Scenarios;

/// <summary>The closure of one account is started twelve times at once; one start is accepted. Repeated with three accounts.</summary>
internal static class SameAccount
{
    private const int Starts = 12;
    private const int Rounds = 3;

    public static async Task<string> StartTwelveTimesAsync(Bench bench, CancellationToken cancellationToken)
    {
        using ClosureApi api = bench.Api(await bench.HostAsync(cancellationToken));
        List<Closing> closings = [];
        for (int round = 0; round < Rounds; round++)
        {
            Closing closing = new(bench, "twelve starts", new NewAccount { Cash = 1_000m + round });
            var answers = await Task.WhenAll(
                Enumerable.Range(0, Starts).Select(_ => api.InitiateAsync(closing.Account, cancellationToken)));
            var counts = answers.GroupBy(answer => answer.Status).OrderBy(group => group.Key)
                .Select(group => $"{group.Count()} x {group.Key}");
            CheckFailedException.Require(
                answers.Count(answer => answer.Status == 202) == 1 && answers.Count(answer => answer.Status == 409) == Starts - 1,
                $"twelve starts: answered with {string.Join(", ", counts)}");
            InitiateClosure.Started winner = answers.Single(answer => answer.Status == 202).Links!;
            CheckFailedException.Require(
                answers.All(answer => answer.Links!.ConfirmationNumber == winner.ConfirmationNumber),
                "twelve starts: a 409 names another closure than the one that was accepted");
            closing.Adopt(winner);
            closings.Add(closing);
        }
        for (int round = 0; round < Rounds; round++)
        {
            await closings[round].ExpectClosedAsync(api, [1_000m + round], cancellationToken);
            closings[round].ExpectTransferCount(1);
        }
        return $"{Rounds} times 1 accepted, {Starts - 1} refused";
    }
}
