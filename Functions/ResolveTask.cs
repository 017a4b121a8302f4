using System.Net;
using AccountClosure.Closure;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Functions;

/// <summary><c>POST /api/account-closure/resolve-task/{accountId}</c>: a person's decision about a closure in manual review.</summary>
public static class ResolveTask
{
    /// <param name="Review">The number of the review that is answered, from the status: a late answer must not count for the next review.</param>
    /// <param name="Choice">One of the review's choices: retry, skip, abort, treatAsComplete, treatAsFailed.</param>
    public sealed record Body(int? Review, string? Choice, string? Actor, string? Reason);

    [Function(nameof(ResolveTask))]
    public static async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "account-closure/resolve-task/{accountId}")] HttpRequestData request,
        string accountId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var decision = await OperatorRequest.ReadAsync<Body>(request, accountId, client, body => (body.Actor, body.Reason), cancellationToken, ofCleanupToo: true);
        if (decision.Closure is not { } closure)
            return decision.Error!;

        var body = decision.Body!;
        if (closure.Progress.Review is not { } review)
        {
            return await request.ProblemAsync(
                HttpStatusCode.Conflict, "Nothing to decide", $"The closure is in the phase {closure.Progress.Phase} and does not wait for a person.");
        }
        if (body.Review != review.Number)
        {
            return await request.ProblemAsync(
                HttpStatusCode.Conflict,
                "The decision does not answer the present review",
                $"The closure waits for a decision about review {review.Number}; read its status and send review: {review.Number} with the decision. {review.Explanation}");
        }
        if (!RequestBody.TryReadName<ReviewChoice>(body.Choice, out var choice) || !review.Choices.Contains(choice))
        {
            return await request.ProblemAsync(
                HttpStatusCode.UnprocessableEntity, "The choice is not possible", $"choice must be one of {string.Join(", ", review.Choices)}. {review.Explanation}");
        }

        await client.RaiseEventAsync(
            closure.Acting!.InstanceId, nameof(Resolve), new Resolve(review.Number, choice, body.Actor!, body.Reason!), cancellationToken);
        return await OperatorRequest.AcceptedAsync(request, client, closure);
    }
}
