using System.Text.Json;

namespace AccountClosure.Embedded.Host.Webhooks;

/// <summary>The links of the check-status body, at the address by which the caller came.</summary>
internal sealed class InstanceLinks(Uri request, string instanceId, string query)
{
    private readonly string _instance = request.GetLeftPart(UriPartial.Authority)
        + DurableWebhooks.Prefix + "/instances/" + Uri.EscapeDataString(instanceId);

    public string Status => $"{_instance}?{query}";

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("id", instanceId);
        writer.WriteString("statusQueryGetUri", Status);
        writer.WriteString("sendEventPostUri", $"{_instance}/raiseEvent/{{eventName}}?{query}");
        writer.WriteString("terminatePostUri", $"{_instance}/terminate?reason={{text}}&{query}");
        writer.WriteString("purgeHistoryDeleteUri", Status);
        writer.WriteString("restartPostUri", $"{_instance}/restart?{query}");
        writer.WriteString("suspendPostUri", $"{_instance}/suspend?reason={{text}}&{query}");
        writer.WriteString("resumePostUri", $"{_instance}/resume?reason={{text}}&{query}");
        writer.WriteEndObject();
    }
}
