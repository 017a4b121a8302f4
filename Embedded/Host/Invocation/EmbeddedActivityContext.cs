using AccountClosure.Embedded.Engine;
using Microsoft.DurableTask;

namespace AccountClosure.Embedded.Host.Invocation;

internal sealed class EmbeddedActivityContext(ActivityCall call) : TaskActivityContext
{
    public override TaskName Name => new(call.Name);

    public override string InstanceId => call.InstanceId;
}
