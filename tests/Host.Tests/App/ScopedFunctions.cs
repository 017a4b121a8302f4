using System.Net;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Embedded.Host.Tests.App;

/// <summary>A scoped service: one per invocation.</summary>
public sealed class Visit(VisitLog log) : IDisposable
{
    public int Number { get; } = ++log.Opened;

    public void Dispose() => log.Closed++;
}

public sealed class VisitLog
{
    public int Opened { get; set; }

    public int Closed { get; set; }

    public List<string> Lines { get; } = [];
}

public sealed class ScopedFunctions(Visit visit, VisitLog log) : IDisposable
{
    [Function("Visit")]
    public HttpResponseData Run([HttpTrigger("get")] HttpRequestData request, FunctionContext context)
    {
        log.Lines.Add($"function {context.FunctionDefinition.Name} {context.Items["from"]}");
        var isSame = ReferenceEquals(visit, context.InstanceServices.GetRequiredService<Visit>());
        var response = request.CreateResponse(HttpStatusCode.OK);
        response.WriteString($"{visit.Number} {isSame} {log.Closed}");
        return response;
    }

    public void Dispose() => log.Lines.Add("disposed");
}
