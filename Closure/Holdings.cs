namespace AccountClosure.Closure;

/// <summary>The open orders and the positions of an account at one moment, and whether the market is open.</summary>
/// <param name="MarketValue">Of the positions, US dollars.</param>
/// <param name="NextOpen">By the broker's clock, UTC.</param>
/// <param name="BrokerTime">By the broker's clock, UTC.</param>
/// <param name="Closed">The broker has closed the account.</param>
public sealed record Holdings(
    int OpenOrders,
    int Positions,
    Money Cash,
    Money MarketValue,
    bool MarketIsOpen,
    DateTimeOffset NextOpen,
    DateTimeOffset BrokerTime,
    bool Closed = false);
