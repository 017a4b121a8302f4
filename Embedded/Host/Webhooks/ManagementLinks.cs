namespace AccountClosure.Embedded.Host.Webhooks;

/// <summary>Links in the answer to a start, with scheme, host and port of the request.</summary>
internal sealed class ManagementLinks(Uri request, string instanceId, string query)
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
