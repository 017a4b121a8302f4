using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;
using Microsoft.DurableTask;

namespace AccountClosure.Embedded.Host.Tests.Discovery;

/// <summary>Each function has one error, and the message must name the function.</summary>
public static class BrokenFunctions
{
    public static class BadName
    {
        [Function("1st thing")]
        public static void Run([TimerTrigger("0 * * * * *")] TimerInfo timer) => _ = timer;
    }

    public static class NotPublic
    {
        [Function(nameof(NotPublic))]
        internal static void Run([TimerTrigger("0 * * * * *")] TimerInfo timer) => _ = timer;
    }

    public static class NoTrigger
    {
        [Function(nameof(NoTrigger))]
        public static void Run(string input) => _ = input;
    }

    public static class TwoTriggers
    {
        [Function(nameof(TwoTriggers))]
        public static void Run([TimerTrigger("0 * * * * *")] TimerInfo timer, [ActivityTrigger] string input) => _ = (timer, input);
    }

    public static class WrongTriggerType
    {
        [Function(nameof(WrongTriggerType))]
        public static void Run([HttpTrigger] string request) => _ = request;
    }

    public static class HttpReturnsText
    {
        [Function(nameof(HttpReturnsText))]
        public static Task<string> Run([HttpTrigger] HttpRequestData request) => Task.FromResult(request.Method);
    }

    public static class NotInRoute
    {
        [Function(nameof(NotInRoute))]
        public static HttpResponseData Run([HttpTrigger(Route = "a/{b}")] HttpRequestData request, string c) =>
            HttpResponseData.CreateResponse(request);
    }

    public static class UnknownConstraint
    {
        [Function(nameof(UnknownConstraint))]
        public static HttpResponseData Run([HttpTrigger(Route = "a/{b:colour}")] HttpRequestData request, string b) =>
            HttpResponseData.CreateResponse(request);
    }

    public static class BadRoute
    {
        [Function(nameof(BadRoute))]
        public static HttpResponseData Run([HttpTrigger(Route = "a/{b")] HttpRequestData request) =>
            HttpResponseData.CreateResponse(request);
    }

    public static class TwoInputs
    {
        [Function(nameof(TwoInputs))]
        public static Task<string> Run([OrchestrationTrigger] TaskOrchestrationContext context, string first, string second) =>
            Task.FromResult(context.InstanceId + first + second);
    }

    public static class UnboundParameter
    {
        [Function(nameof(UnboundParameter))]
        public static string Run([ActivityTrigger] string input, int other) => input + other;
    }

    public static class WrongClient
    {
        [Function(nameof(WrongClient))]
#pragma warning disable DURABLE1002 // Broken on purpose.
        public static string Run([ActivityTrigger] string input, [DurableClient] string client) => input + client;
#pragma warning restore DURABLE1002
    }

    public static class ByReference
    {
        [Function(nameof(ByReference))]
        public static void Run([ActivityTrigger] string input, ref int count) => count += input.Length;
    }

    public static class Generic
    {
        [Function(nameof(Generic))]
        public static T Run<T>([ActivityTrigger] T input) => input;
    }

    public static class AsyncVoid
    {
#pragma warning disable VSTHRD100, MA0155, CA1725 // The mistake is the point.
        [Function(nameof(AsyncVoid))]
        public static async void Run([ActivityTrigger] string input) => await Task.FromResult(input);
#pragma warning restore VSTHRD100, MA0155, CA1725
    }

    public static class BadSchedule
    {
        [Function(nameof(BadSchedule))]
        public static void Run([TimerTrigger("every morning")] TimerInfo timer) => _ = timer;
    }

    public static class NoSetting
    {
        [Function(nameof(NoSetting))]
        public static void Run([TimerTrigger("%Sweep__Schedule%")] TimerInfo timer) => _ = timer;
    }

    public static class TwiceA
    {
        [Function("Twice")]
        public static string Run([ActivityTrigger] string input) => input;
    }

    public static class TwiceB
    {
        [Function("TWICE")]
        public static string Run([ActivityTrigger] string input) => input;
    }

    public static class SameRouteA
    {
        [Function(nameof(SameRouteA))]
        public static HttpResponseData Run([HttpTrigger("get", "post", Route = "same/{a}")] HttpRequestData request, string a) =>
            HttpResponseData.CreateResponse(request);
    }

    public static class SameRouteB
    {
        [Function(nameof(SameRouteB))]
        public static HttpResponseData Run([HttpTrigger("post", Route = "same/{b}")] HttpRequestData request, string b) =>
            HttpResponseData.CreateResponse(request);
    }
}
