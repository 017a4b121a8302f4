using System.Net;
using AccountClosure.Closure;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask.Client;

namespace AccountClosure.Functions;

/// <summary>
/// <c>POST /api/account-closure/resolve-task/{accountId}</c>: takes a person's decision about a closure in manual review, or about the
/// cleanup of an earlier closure.
/// </summary>
public sealed class ResolveTask(IClosureTracking tracking, IAuditLog audit, DurableLinks durableLinks, TimeProvider time)
{
    /// <param name="Review">Number of the review, from the status, so that a late decision does not count for the next review.</param>
    /// <param name="Choice">One of the review's choices: retry, skip, abort, treatAsComplete, treatAsFailed.</param>
    /// <param name="ConfirmationNumber">
    /// Confirmation number of the closure. It is required only if several closures of the account wait for a decision.
    /// </param>
    public sealed record Body(int? Review, string? Choice, string? Actor, string? Reason, string? ConfirmationNumber = null);

    [Function(nameof(ResolveTask))]
    public async Task<HttpResponseData> Run(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "account-closure/resolve-task/{accountId}")] HttpRequestData request,
        string accountId,
        [DurableClient] DurableTaskClient client,
        CancellationToken cancellationToken)
    {
        var (account, body, error) = await OperatorRequest.ReadBodyAsync<Body>(request, accountId, body => (body.Actor, body.Reason));
        if (body is null)
            return error!;
        var reviews = await client.FindReviewsAsync(tracking, account, cancellationToken);
        if (body.ConfirmationNumber is { } number && reviews.Count > 0)
        {
            var numbers = string.Join(", ", reviews.Select(view => view.Request.ConfirmationNumber));
            reviews = [.. reviews.Where(view => view.Request.ConfirmationNumber == number)];
            if (reviews.Count == 0)
            {
                return await request.ProblemAsync(
                    HttpStatusCode.Conflict,
                    "Nothing to decide",
                    $"Closure {number} does not wait for a decision. These closures of the account do: {numbers}.");
            }
        }
        // An instance that was restarted after its cleanup started can wait beside the cleanup. The number of the review distinguishes
        // them.
        if (reviews.DistinctBy(view => view.Request.ConfirmationNumber).Count() == 1)
            reviews = [reviews.FirstOrDefault(view => view.Progress.Review!.Number == body.Review) ?? reviews[0]];
        if (reviews is not [var closure])
            return await NotExactlyOne(request, client, account, reviews, cancellationToken);

        var review = closure.Progress.Review!;
        if (body.Review != review.Number)
        {
            return await request.ProblemAsync(
                HttpStatusCode.Conflict,
                "The decision does not answer the current review",
                $"The closure waits for a decision about review {review.Number}. If the decision is for that review, send it with "
                + $"\"review\": {review.Number}. {review.Explanation}");
        }
        if (!RequestBody.TryReadName<ReviewChoice>(body.Choice, out var choice) || !review.Choices.Contains(choice))
        {
            return await request.ProblemAsync(
                HttpStatusCode.UnprocessableEntity,
                "The choice is not possible",
                $"choice must be one of {string.Join(", ", review.Choices)}. {review.Explanation}");
        }

        // Write the entry before raising the event, so that the log has every accepted decision, even one that then comes too late.
        await audit.AppendAsync(
            request,
            closure.Request,
            "DecisionAccepted",
            time.GetUtcNow(),
            body.Actor!,
            $"Review {review.Number}, {choice}: {body.Reason}",
            cancellationToken);
        return await client.TryRaiseAsync(
            request,
            account,
            closure.Acting!.InstanceId,
            nameof(Resolve),
            new Resolve(review.Number, choice, body.Actor!, body.Reason!, closure.Request.ConfirmationNumber),
            cancellationToken)
            ?? await OperatorRequest.AcceptedAsync(request, client, closure, closure.Acting.InstanceId, durableLinks);
    }

    private async Task<HttpResponseData> NotExactlyOne(
        HttpRequestData request,
        DurableTaskClient client,
        string account,
        IReadOnlyList<ClosureView> reviews,
        CancellationToken cancellationToken)
    {
        if (reviews.Count > 1)
        {
            var numbers = string.Join(", ", reviews.Select(view => view.Request.ConfirmationNumber));
            return await request.ProblemAsync(
                HttpStatusCode.Conflict,
                "Several closures of the account wait for a decision",
                $"Send confirmationNumber with the decision, one of {numbers}.");
        }
        return await client.FindClosureAsync(tracking, account, cancellationToken) is { } closure
            ? await request.ProblemAsync(HttpStatusCode.Conflict, "Nothing to decide", await WhyNothing(closure, cancellationToken))
            : await request.NoClosureAsync(account);
    }

    private async Task<string> WhyNothing(ClosureView closure, CancellationToken cancellationToken)
    {
        if (!closure.IsStatusOutdated)
            return $"The closure is in the phase {closure.Progress.Phase} and does not wait for a decision.";
        var stopped = $"The closure was stopped ({closure.Instance.RuntimeStatus})";
        // Ask the records, because the history of a cleanup may have been purged after its end.
        return await tracking.FindAsync(closure.Request.ConfirmationNumber, cancellationToken) is { EndedAt: not null }
            ? $"{stopped} and has ended. There is nothing to do."
            : $"{stopped}. Its cleanup has not started yet and starts within an hour. Decide then if the cleanup asks for it.";
    }
}
