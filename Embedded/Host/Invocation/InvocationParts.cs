using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Embedded.Host.Invocation;

internal sealed class InvocationBindings(IReadOnlyDictionary<string, object?> data) : BindingContext
{
    public override IReadOnlyDictionary<string, object?> BindingData => data;
}

/// <summary>The caller's W3C trace context.</summary>
/// <param name="headers">Headers of the request; null when no request caused the invocation.</param>
internal sealed class InvocationTrace(IHeaderDictionary? headers) : TraceContext
{
    public override string TraceParent => $"{headers?.TraceParent}";

    public override string TraceState => $"{headers?.TraceState}";
}

/// <summary>A context without retries. The host never retries an invocation; the engine retries as the orchestrators specify.</summary>
internal sealed class NoRetries : RetryContext
{
    public override int RetryCount => 0;

    public override int MaxRetryCount => 0;
}

internal sealed class InvocationFeatures : FeatureCollection, IInvocationFeatures;
