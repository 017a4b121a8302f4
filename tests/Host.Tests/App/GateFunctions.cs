using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace AccountClosure.Embedded.Host.Tests.App;

/// <summary>Lets a test hold a request for as long as it likes.</summary>
public sealed class Gate
{
    public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Opened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

public sealed class GateFunctions(Gate gate)
{
    [Function("Pass")]
    public async Task<HttpResponseData> Pass([HttpTrigger("get")] HttpRequestData request)
    {
        gate.Entered.SetResult();
        await gate.Opened.Task;
        return request.CreateResponse(HttpStatusCode.OK);
    }
}
