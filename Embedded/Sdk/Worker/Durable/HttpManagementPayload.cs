using System.Text.Json.Serialization;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>The links by which a caller follows and manages one instance. In JSON always in camel case.</summary>
public class HttpManagementPayload
{
    [JsonPropertyName("id"), JsonInclude]
    public string? Id { get; internal set; }

    [JsonPropertyName("statusQueryGetUri"), JsonInclude]
    public string? StatusQueryGetUri { get; internal set; }

    /// <summary>Has the placeholder <c>{eventName}</c>.</summary>
    [JsonPropertyName("sendEventPostUri"), JsonInclude]
    public string? SendEventPostUri { get; internal set; }

    /// <summary>Has the placeholder <c>{text}</c> for the reason.</summary>
    [JsonPropertyName("terminatePostUri"), JsonInclude]
    public string? TerminatePostUri { get; internal set; }

    [JsonPropertyName("purgeHistoryDeleteUri"), JsonInclude]
    public string? PurgeHistoryDeleteUri { get; internal set; }

    [JsonPropertyName("restartPostUri"), JsonInclude]
    public string? RestartPostUri { get; internal set; }

    [JsonPropertyName("suspendPostUri"), JsonInclude]
    public string? SuspendPostUri { get; internal set; }

    [JsonPropertyName("resumePostUri"), JsonInclude]
    public string? ResumePostUri { get; internal set; }
}
