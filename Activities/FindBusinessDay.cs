using AccountClosure.Broker;
using AccountClosure.Closure;
using Microsoft.Azure.Functions.Worker;

namespace AccountClosure.Activities;

/// <param name="From">Start of the count, UTC.</param>
/// <param name="Days">Number of trading days after that of <paramref name="From"/>; 1 or more.</param>
public sealed record FindBusinessDayInput(DateTimeOffset From, int Days);

/// <summary>Finds the end of a business day some days ahead, by the broker's calendar.</summary>
public sealed class FindBusinessDay(IBroker broker)
{
    /// <returns>Close of the market on that day, UTC.</returns>
    [Function(nameof(FindBusinessDay))]
    public async Task<DateTimeOffset> Run([ActivityTrigger] FindBusinessDayInput input, CancellationToken cancellationToken)
    {
        var today = BusinessDays.DateIn(input.From);
        // Any ten consecutive days include at least five trading days, whatever the holidays.
        var calendar = await broker.GetCalendarAsync(today, today.AddDays(10 + (2 * input.Days)), cancellationToken);
        return BusinessDays.After(input.From, input.Days, calendar.Select(day => new ExchangeDay(day.Date, day.Close)));
    }
}
