using System.Diagnostics;
using AccountClosure.Simulator.Api;
using AccountClosure.Simulator.Controls;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;

namespace AccountClosure.Simulator.Hosting;

/// <summary>
/// The endpoints of the Broker API and of the controls. They are built once for all simulators of the process, because that takes as
/// long as many requests; each request names its simulator among the features of its context.
/// </summary>
internal static class SimulatorEndpoints
{
    private static readonly RequestDelegate Handle = Build();

    public static Task HandleAsync(HttpContext context) => Handle(context);

    private static RequestDelegate Build()
    {
        var services = new ServiceCollection()
            .AddLogging()
            .AddMetrics()
            .AddRouting()
            .AddSingleton(_ => new DiagnosticListener(nameof(SimulatorEndpoints)))
            .BuildServiceProvider();
        var application = new ApplicationBuilder(services);
        application.UseRouting();
        application.Use(RequireCase);
        application.UseEndpoints(endpoints =>
        {
            Routes.Map(endpoints);
            ControlRoutes.Map(endpoints.MapGroup("/_sim"));
        });
        application.Run(RefuseUnknown);
        var handle = application.Build();
        // The first request builds the matcher. Requests that wait for that continue on the thread pool, out of virtual time.
        handle(new DefaultHttpContext { Request = { Path = "/_sim/" } }).GetAwaiter().GetResult();
        return handle;
    }

    /// <summary>Routing ignores the case of a path; the broker, whose templates are in lower case, does not.</summary>
    private static Task RequireCase(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path.Value!;
        if (path.AsSpan().ContainsAnyInRange('A', 'Z')
            && context.GetEndpoint() is RouteEndpoint endpoint
            && !HasCaseOf(endpoint.RoutePattern, path))
            context.SetEndpoint(null);
        return next(context);
    }

    private static bool HasCaseOf(RoutePattern pattern, string path) =>
        path.Trim('/').Split('/').Zip(pattern.PathSegments).All(
            pair => pair.Second.Parts[0] is not RoutePatternLiteralPart literal || literal.Content == pair.First);

    private static Task RefuseUnknown(HttpContext context) =>
        context.Request.Path.Value!.StartsWith("/_sim/", StringComparison.Ordinal)
            ? ControlRoutes.RefuseUnknown(context)
            : SimulatorPipeline.ServeAsync(context, null, ApiError.NoSuchRoute);
}
