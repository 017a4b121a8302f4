using System.Text.RegularExpressions;

namespace AccountClosure.FunctionsHost.Answers;

/// <summary>The requests that are compared, by the state that the account's closure is in.</summary>
internal static partial class Questions
{
    private const string Api = "api/account-closure";
    private const string Instances = "runtime/webhooks/durabletask/instances";
    private const string Orchestrators = "runtime/webhooks/durabletask/orchestrators";
    private const string Unknown = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";
    private const string Start = """{"userId": "{user}", "achRelationshipId": "{ach}", "reason": "moving abroad"}""";
    private const string ByPerson = """{"actor": "check", "reason": "asked"}""";

    private static readonly string s_longId = new('a', 101);

    public static readonly Question Initiate = new("POST", $"{Api}/initiate/{{account}}", Body: Start);

    /// <summary>Before anything was started.</summary>
    public static readonly Question[] BeforeTheStart =
    [
        new("GET", "api/health", Key.None),
        new("POST", "api/health", Key.None),
        new("GET", "api/nothing"),
        new("GET", $"{Api}/initiate/{{account}}"),
        new("POST", $"{Api}/initiate/{{account}}", Key.None, Start),
        new("POST", $"{Api}/initiate/{{account}}", Key.Wrong, Start),
        new("POST", $"{Api}/initiate/no-account", Body: Start),
        new("POST", $"{Api}/initiate/{{account}}", Body: "{"),
        new("POST", $"{Api}/initiate/{{account}}", Body: "[]"),
        new("POST", $"{Api}/initiate/{{account}}", Body: ""),
        new("POST", $"{Api}/initiate/{{account}}", Body: "{}"),
        new("POST", $"{Api}/initiate/{{account}}", Body: """{"userId": 5, "achRelationshipId": "{ach}", "reason": "moving abroad"}"""),
        new("GET", $"{Api}/progress/{{account}}", Key.None),
        new("GET", $"{Api}/progress/{{account}}"),
        new("GET", $"{Api}/progress/no-account"),
        new("GET", $"{Api}/task-status/{{account}}"),
        new("GET", $"{Api}/task-status/no-account"),
        new("POST", $"{Api}/cancel-task/{{account}}", Body: ByPerson),
        new("POST", $"{Api}/cancel-task/{{account}}"),
        new("POST", $"{Api}/resolve-task/{{account}}", Body: """{"review": 1, "choice": "retry", "actor": "check", "reason": "asked"}"""),
        new("GET", $"{Api}/all-active-tasks?top=0"),
        new("GET", $"{Api}/all-active-tasks?phase=Nothing"),
        new("GET", $"{Api}/all-active-tasks?continuationToken=mine"),
    ];

    /// <summary>While a transfer is in flight.</summary>
    public static readonly Question[] WhileItRuns =
    [
        Initiate,
        new("GET", $"{Api}/progress/{{account}}"),
        new("GET", $"{Api}/task-status/{{account}}"),
        new("GET", $"{Api}/task-status/{{account}}?confirmationNumber=CLA-AAAAA-AAAAA"),
        new("GET", $"{Api}/all-active-tasks?top=50&phase=Withdrawing"),
        new("POST", $"{Api}/resolve-task/{{account}}", Body: """{"review": 1, "choice": "retry", "actor": "check", "reason": "asked"}"""),
        new("POST", $"{Api}/cancel-task/{{account}}", Body: """{"actor": "check"}"""),
        new("GET", $"{Instances}/{{instance}}", Key.None),
        new("GET", $"{Instances}/{{instance}}?code=wrong", Key.None),
        new("GET", $"{Instances}/{{instance}}", Key.Function),
        new("GET", $"{Instances}/{{instance}}", Key.Webhook),
        new("GET", $"{Instances}/{{instance}}?showInput=false", Key.Webhook),
        new("GET", $"{Instances}/{{instance}}?returnInternalServerErrorOnFailure=true", Key.Webhook),
        new("GET", $"{Instances}/{{instance}}?showHistory=true", Key.Webhook,
            Deviation: new("a status with its history", 202, 202, HistoryLines())),
        new("GET", $"{Instances}/{{instance}}?showHistory=true&showHistoryOutput=true", Key.Webhook,
            Deviation: new("a status with its history", 202, 202, HistoryLines())),
        new("GET", $"{Instances}/{Unknown}", Key.Webhook),
        new("GET", $"{Instances}?instanceIdPrefix={{instance}}", Key.Webhook),
        new("GET", $"{Instances}?instanceIdPrefix={{instance}}&runtimeStatus=Running&showInput=false", Key.Webhook),
        new("GET", $"{Instances}?runtimeStatus=Failed&instanceIdPrefix={{instance}}", Key.Webhook),
        new("GET", $"{Instances}?instanceIdPrefix={{instance}}&top=1", Key.Webhook),
        new("PUT", $"{Instances}/{{instance}}", Key.Webhook),
        new("POST", $"{Instances}/{{instance}}/nothing", Key.Webhook),
        new("POST", $"{Instances}/{Unknown}/raiseEvent/Hello", Key.Webhook, "{}"),
        new("POST", $"{Instances}/{{instance}}/raiseEvent/Hello", Key.Webhook, "{}", "text/plain"),
        new("POST", $"{Instances}/{{instance}}/raiseEvent/Hello", Key.Webhook, "{}"),
        new("POST", $"{Instances}/{Unknown}/terminate?reason=check", Key.Webhook),
        new("POST", $"{Instances}/{Unknown}/suspend?reason=check", Key.Webhook),
        new("POST", $"{Instances}/{Unknown}/resume?reason=check", Key.Webhook),
        new("DELETE", $"{Instances}/{Unknown}", Key.Webhook),
        new("DELETE", $"{Instances}/{{instance}}", Key.Webhook),
        new("POST", $"{Orchestrators}/CloseAccount/{{instance}}", Key.Webhook, "{}"),
    ];

    /// <summary>
    /// While a transfer is in flight: requests that the hosts answer differently on purpose, and a rewind, which both refuse.
    /// </summary>
    public static readonly Question[] Deviating =
    [
        new("GET", $"{Instances}?runtimeStatus=Nothing", Key.Webhook, Deviation: new("a list or a purge with", 200, 400)),
        new("GET", $"{Instances}?createdTimeFrom=yesterday", Key.Webhook, Deviation: new("a list or a purge with", 200, 400)),
        new("GET", $"{Instances}?createdTimeTo=tomorrow", Key.Webhook, Deviation: new("a list or a purge with", 200, 400)),
        new("GET", $"{Instances}?top=many", Key.Webhook, Deviation: new("a list or a purge with", 200, 400)),
        new("GET", $"{Instances}?top=1", Key.Webhook, Header: ("x-ms-continuation-token", "mine"),
            Deviation: new("a list with a continuation token", 200, 400)),
        new("POST", $"{Orchestrators}/Nothing", Key.Webhook, "{}",
            Deviation: new("start of an orchestrator that does not exist", 202, 400)),
        new("POST", $"{Orchestrators}/SendEmail/{s_longId}", Key.Webhook, "{}",
            Deviation: new("start with an instance id of more", 202, 400)),
        new("POST", $"{Orchestrators}/SendEmail/@check", Key.Webhook, "{}", Deviation: new("start with an instance id of more", 202, 400)),
        new("GET", $"{Instances}/{{instance}}?connection=Nothing", Key.Webhook, Deviation: new("`connection=` of another name", 500, 400)),
        new("POST", $"{Instances}/{{instance}}/rewind?reason=check", Key.Webhook),
        new("POST", $"{Instances}/{Unknown}/restartWithOptions", Key.Webhook, Deviation: new("restart with options", 400, 404)),
        new("GET", "runtime/webhooks/durabletask/entities", Key.Webhook, Deviation: new("entities", 200, 404)),
        new("POST", $"{Instances}/{{instance}}/raiseEvent/Hello", Key.Webhook, "{",
            Deviation: new("an error that comes from an exception", 400, 400, ExceptionLines())),
        new("POST", $"{Instances}/{Unknown}/restart", Key.Webhook,
            Deviation: new("an error that comes from an exception", 400, 400, ExceptionLines())),
        new("POST", $"{Instances}/{{instance}}/restart?restartWithNewInstanceId=false", Key.Webhook,
            Deviation: new("an error that comes from an exception", 409, 409, ExceptionLines())),
        new("POST", $"{Api}/cancel-task/{{account}}", Body: """{"actor": "check"}""", HasLength: false,
            Deviation: new("a body without", 400, 422)),
        new("GET", $"{Instances}/{{instance}}", Key.Both, Deviation: new("a key in the header", 403, 202)),
    ];

    /// <summary>Suspends the running instance. Sent again, it shows how each host refuses a second suspension.</summary>
    public static readonly Question Suspend = new("POST", $"{Instances}/{{instance}}/suspend?reason=check", Key.Webhook);

    /// <summary>While the instance is suspended; the last one resumes it.</summary>
    public static readonly Question[] WhileSuspended =
    [
        Suspend with { Deviation = new("suspend when suspended", 500, 409) },
        new("GET", $"{Instances}/{{instance}}?showInput=false", Key.Webhook),
        new("POST", $"{Instances}/{{instance}}/resume?reason=check", Key.Webhook),
    ];

    /// <summary>While the closure waits for a person; the last one aborts it.</summary>
    public static readonly Question[] InReview =
    [
        new("GET", $"{Api}/progress/{{account}}"),
        new("GET", $"{Api}/task-status/{{account}}"),
        new("GET", $"{Api}/all-active-tasks?phase=ManualReview"),
        new("POST", $"{Api}/resolve-task/{{account}}", Body: """{"review": 9, "choice": "retry", "actor": "check", "reason": "asked"}"""),
        new("POST", $"{Api}/resolve-task/{{account}}", Body: """{"review": 1, "choice": "nothing", "actor": "check", "reason": "asked"}"""),
        new("POST", $"{Api}/resolve-task/{{account}}", Body: """{"review": 1, "choice": "abort", "actor": "check", "reason": "asked"}"""),
    ];

    /// <summary>After the closure has ended; the first DELETE purges it, and what follows finds nothing.</summary>
    public static readonly Question[] AfterTheEnd =
    [
        new("GET", $"{Api}/progress/{{account}}"),
        new("GET", $"{Api}/task-status/{{account}}"),
        new("POST", $"{Api}/cancel-task/{{account}}", Body: ByPerson),
        new("GET", $"{Instances}/{{instance}}", Key.Webhook),
        new("GET", $"{Instances}/{{instance}}?showHistory=true&showHistoryOutput=true", Key.Webhook,
            Deviation: new("a status with its history", 200, 200, HistoryLines())),
        new("GET", $"{Instances}/{{instance}}?showInput=false&returnInternalServerErrorOnFailure=true", Key.Webhook),
        new("GET", $"{Instances}?instanceIdPrefix={{instance}}&runtimeStatus=Completed", Key.Webhook),
        new("POST", $"{Instances}/{{instance}}/raiseEvent/Hello", Key.Webhook, "{}"),
        new("POST", $"{Instances}/{{instance}}/terminate?reason=check", Key.Webhook),
        new("POST", $"{Instances}/{{instance}}/suspend?reason=check", Key.Webhook),
        new("POST", $"{Instances}/{{instance}}/resume?reason=check", Key.Webhook),
        new("DELETE", $"{Instances}/{{instance}}", Key.Webhook),
        new("DELETE", $"{Instances}/{{instance}}", Key.Webhook),
        new("GET", $"{Instances}/{{instance}}", Key.Webhook),
        new("GET", $"{Api}/progress/{{account}}"),
        new("DELETE", $"{Instances}?createdTimeFrom=2100-01-01T00:00:00Z", Key.Webhook),
    ];

    [GeneratedRegex(
        @"^body\.(ExceptionMessage|ExceptionType|StackTrace) is string$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex ExceptionLines();

    [GeneratedRegex(
        @"^body\.historyEvents\[(ExecutionStarted\]\.(Correlation|ScheduledStartTime|Generation|GenerateNewTrace)\b"
            + @"|\w+\]\.ParentTraceContext\b|ExecutionCompleted\]\.FailureDetails is null|TaskCompleted\]\.Input is)",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex HistoryLines();
}
