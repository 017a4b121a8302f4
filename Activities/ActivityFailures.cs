using AccountClosure.Broker;
using AccountClosure.Closure;

namespace AccountClosure.Activities;

/// <summary>What the type of an activity's exception says; the durable layer has no more of it than the type's name and the message.</summary>
public static class ActivityFailures
{
    public static StepFailure KindOf(string exceptionType) =>
        exceptionType == typeof(BrokerRefusedException).FullName ? StepFailure.Permanent
        : exceptionType == typeof(BrokerException).FullName ? StepFailure.Outage
        : StepFailure.Other;
}
