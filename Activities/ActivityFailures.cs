using AccountClosure.Broker;
using AccountClosure.Closure;

namespace AccountClosure.Activities;

/// <summary>
/// Maps the type of an activity's exception to a kind of failure. The durable layer keeps only the type's name and the message.
/// </summary>
public static class ActivityFailures
{
    public static StepFailure KindOf(string exceptionType) =>
        exceptionType == typeof(BrokerRefusedException).FullName ? StepFailure.Permanent
        : exceptionType == typeof(BrokerException).FullName ? StepFailure.Outage
        : StepFailure.Other;
}
