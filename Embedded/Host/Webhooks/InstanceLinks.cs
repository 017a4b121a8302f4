namespace AccountClosure.Embedded.Host.Webhooks;

/// <summary>The links of the check-status body, at the address by which the caller came.</summary>
internal sealed class InstanceLinks(Uri request, string instanceId, string query)
{
    private readonly string _instance = request.GetLeftPart(UriPartial.Authority)
        + DurableWebhooks.Prefix + "/instances/" + Uri.EscapeDataString(instanceId);

    public string Status => $"{_instance}?{query}";

    public object Json => new
    {
        id = instanceId,
        statusQueryGetUri = Status,
        sendEventPostUri = $"{_instance}/raiseEvent/{{eventName}}?{query}",
        terminatePostUri = $"{_instance}/terminate?reason={{text}}&{query}",
        purgeHistoryDeleteUri = Status,
        restartPostUri = $"{_instance}/restart?{query}",
        suspendPostUri = $"{_instance}/suspend?reason={{text}}&{query}",
        resumePostUri = $"{_instance}/resume?reason={{text}}&{query}",
    };
}
