using System.ComponentModel;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace AccountClosure.Closure;

/// <summary>
/// An amount of US dollars: exact, never binary floating point, never mixed with plain numbers by accident.
/// On the wire it is a string of dollars and cents ("50000.00"), as the Broker API writes amounts.
/// </summary>
[JsonConverter(typeof(MoneyJsonConverter))]
[TypeConverter(typeof(MoneyTypeConverter))]
public readonly record struct Money(decimal Dollars) : IComparable<Money>
{
    public static readonly Money Zero = new(0m);

    /// <summary>Reads dollars as the Broker API writes them: "1234.5678", "-3.00".</summary>
    /// <exception cref="FormatException">The text is not a decimal number.</exception>
    public static Money Parse(string text) =>
        TryParse(text, out var money) ? money : throw new FormatException($"'{text}' is not an amount of dollars such as 1234.56.");

    public static bool TryParse(string? text, out Money money)
    {
        var understood = decimal.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var dollars);
        money = new Money(dollars);
        return understood;
    }

    public static Money FromCents(long cents) => new(cents / 100m);

    /// <summary>Whole cents, for storage. The amount must already be truncated to cents.</summary>
    /// <exception cref="InvalidOperationException">The amount has a fraction of a cent.</exception>
    public long Cents
    {
        get
        {
            var cents = Dollars * 100m;
            return cents == decimal.Truncate(cents)
                ? (long)cents
                : throw new InvalidOperationException("An amount with a fraction of a cent must be truncated before it is stored.");
        }
    }

    /// <summary>The amount without fractions of a cent, truncated toward zero, so that no payment is rounded up.</summary>
    public Money TruncatedToCents() => new(decimal.Truncate(Dollars * 100m) / 100m);

    public bool IsPositive => Dollars > 0m;

    public bool IsNegative => Dollars < 0m;

    public static Money operator +(Money left, Money right) => new(left.Dollars + right.Dollars);

    public static Money operator -(Money left, Money right) => new(left.Dollars - right.Dollars);

    public static Money Add(Money left, Money right) => left + right;

    public static Money Subtract(Money left, Money right) => left - right;

    public static bool operator <(Money left, Money right) => left.Dollars < right.Dollars;

    public static bool operator >(Money left, Money right) => left.Dollars > right.Dollars;

    public static bool operator <=(Money left, Money right) => left.Dollars <= right.Dollars;

    public static bool operator >=(Money left, Money right) => left.Dollars >= right.Dollars;

    public static Money Min(Money left, Money right) => left <= right ? left : right;

    public static Money Max(Money left, Money right) => left >= right ? left : right;

    public int CompareTo(Money other) => Dollars.CompareTo(other.Dollars);

    /// <summary>Dollars and cents, at least two decimals ("0.50"), invariant: the form on the wire.</summary>
    public override string ToString() => Dollars.ToString("0.00########", CultureInfo.InvariantCulture);

    /// <summary>The form for people: "$150,000.00".</summary>
    public string ForPeople() =>
        (IsNegative ? "-$" : "$") + Math.Abs(TruncatedToCents().Dollars).ToString("N2", CultureInfo.InvariantCulture);
}

/// <summary>Reads and writes money as a JSON string. It also reads a JSON number, because some broker answers have one.</summary>
public sealed class MoneyJsonConverter : JsonConverter<Money>
{
    public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType switch
    {
        JsonTokenType.String when Money.TryParse(reader.GetString(), out var money) => money,
        JsonTokenType.Number => new Money(reader.GetDecimal()),
        _ => throw new JsonException("An amount of dollars must be a string such as \"1234.56\"."),
    };

    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

/// <summary>Reads money from the configuration: <c>Closure__DailyTransferLimit=25000.00</c>.</summary>
public sealed class MoneyTypeConverter : TypeConverter
{
    public override bool CanConvertFrom(ITypeDescriptorContext? context, Type sourceType) => sourceType == typeof(string);

    public override object ConvertFrom(ITypeDescriptorContext? context, CultureInfo? culture, object value) => Money.Parse((string)value);
}
