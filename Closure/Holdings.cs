namespace AccountClosure.Closure;

/// <summary>The open orders and the positions of an account at one moment, and whether the market is open.</summary>
/// <param name="MarketValue">Value of the positions, US dollars.</param>
/// <param name="NextOpen">Next opening of the market, UTC, by the broker's clock.</param>
/// <param name="BrokerTime">Time of the poll, UTC, by the broker's clock.</param>
/// <param name="Closed">Whether the broker has closed the account.</param>
public sealed record Holdings(
    int OpenOrders,
    int Positions,
    Money Cash,
    Money MarketValue,
    bool MarketIsOpen,
    DateTimeOffset NextOpen,
    DateTimeOffset BrokerTime,
    bool Closed = false);
