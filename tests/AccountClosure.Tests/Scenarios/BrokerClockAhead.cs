using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AccountClosure.Broker;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Tests.Scenarios;

/// <summary>A broker whose clock is ahead of the machine that dates the transfers.</summary>
internal sealed class BrokerClockAhead(HttpMessageHandler broker, TimeSpan ahead) : DelegatingHandler(broker)
{
    public static void Register(IServiceCollection services, TimeSpan ahead)
    {
        var transport = (BrokerTransport)services.Last(service => service.ServiceType == typeof(BrokerTransport)).ImplementationInstance!;
        services.AddSingleton(new BrokerTransport(new BrokerClockAhead(transport.Handler, ahead)));
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken);
        if (request.RequestUri!.AbsolutePath != "/v1/clock" || !answer.IsSuccessStatusCode)
            return answer;
        var clock = (await answer.Content.ReadFromJsonAsync<JsonObject>(cancellationToken))!;
        clock["timestamp"] = clock["timestamp"]!.GetValue<DateTimeOffset>() + ahead;
        answer.Content = JsonContent.Create(clock);
        return answer;
    }
}
