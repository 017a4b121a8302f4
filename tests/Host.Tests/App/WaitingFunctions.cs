using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AccountClosure.Embedded.Host.Tests.App;

public sealed class WaitingFunctions(TimeProvider time)
{
    [Function("Wait")]
    public async Task<HttpResponseData> Wait(
        [HttpTrigger("get", Route = "wait/{seconds}")] HttpRequestData request, int seconds, CancellationToken cancellationToken)
    {
        int before = Environment.CurrentManagedThreadId;
        // A cancelled Task.Delay continues on the thread pool. WaitAsync stays on the thread.
        await Task.Delay(TimeSpan.FromSeconds(seconds), time, CancellationToken.None).WaitAsync(cancellationToken);
        HttpResponseData response = request.CreateResponse(HttpStatusCode.OK);
        response.Headers.Add("X-Same-Thread", (before == Environment.CurrentManagedThreadId).ToString());
        return response;
    }

    [Function("Deaf")]
    public async Task<HttpResponseData> Deaf([HttpTrigger("get")] HttpRequestData request)
    {
        await Task.Delay(TimeSpan.FromHours(1), time, CancellationToken.None);
        return request.CreateResponse();
    }
}
