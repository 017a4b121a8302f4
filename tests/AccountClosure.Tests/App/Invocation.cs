using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Tests.App;

/// <summary>An activity uses only the id of an invocation.</summary>
internal sealed class Invocation(string id) : FunctionContext
{
    public override string InvocationId => id;

    public override string FunctionId => throw new NotSupportedException();

    public override TraceContext TraceContext => throw new NotSupportedException();

    public override BindingContext BindingContext => throw new NotSupportedException();

    public override RetryContext RetryContext => throw new NotSupportedException();

    public override IServiceProvider InstanceServices { get; set; } = null!;

    public override FunctionDefinition FunctionDefinition => throw new NotSupportedException();

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override IInvocationFeatures Features => throw new NotSupportedException();
}
