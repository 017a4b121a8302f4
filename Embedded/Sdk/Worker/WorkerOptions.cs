using Azure.Core.Serialization;

namespace Microsoft.Azure.Functions.Worker;

public class WorkerOptions
{
    /// <summary>For HTTP bodies, durable inputs, outputs and custom status.</summary>
    public ObjectSerializer? Serializer { get; set; }
}
