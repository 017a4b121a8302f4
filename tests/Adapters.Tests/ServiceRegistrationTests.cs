using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Customers;
using AccountClosure.Notifications;
using AccountClosure.Records;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AccountClosure.Adapters.Tests;

public sealed class ServiceRegistrationTests
{
    private static readonly Dictionary<string, string?> Complete = new(StringComparer.Ordinal)
    {
        ["Broker:BaseUrl"] = "https://broker.example",
        ["Broker:ApiKey"] = "key",
        ["Broker:ApiSecret"] = "secret",
        ["Records:ConnectionString"] = "Data Source=:memory:",
        ["Notifications:Transport"] = "Memory",
    };

    public static TheoryData<string, string?, string> WrongSettings => new()
    {
        { "Broker:BaseUrl", null, "Broker__BaseUrl" },
        { "Broker:BaseUrl", "broker.example", "Broker__BaseUrl" },
        { "Broker:BaseUrl", "ftp://broker.example", "Broker__BaseUrl" },
        { "Broker:ApiKey", null, "Broker:ApiKey is missing: set Broker__ApiKey to" },
        { "Broker:ApiKey", "a:b", "Broker__ApiKey" },
        { "Broker:ApiSecret", "", "Broker:ApiSecret is missing: set Broker__ApiSecret to" },
        { "Broker:RequestTimeout", "00:00:00", "Broker__RequestTimeout" },
        { "Broker:RequestTimeout", "00:02:00.001", "at most 00:02:00, such as 00:00:30, because" },
        { "Broker:RequestTimeout", "60.00:00:00", "Broker__RequestTimeout" },
        { "Broker:RequestTimeout", "soon", "Broker:RequestTimeout" },
        { "Broker:FirstRetryDelay", "-00:00:01", "Broker__FirstRetryDelay" },
        { "Broker:LongestRetryDelay", "-00:00:01", "Broker__LongestRetryDelay" },
        { "Broker:LongestRateLimitWait", "-00:00:01", "Broker__LongestRateLimitWait" },
        { "Broker:ReadAttempts", "0", "Broker__ReadAttempts" },
        { "Broker:MaxRequestsPerSecond", "0", "Broker__MaxRequestsPerSecond" },
        { "Broker:MaxRequestsPerSecond", "NaN", "Broker__MaxRequestsPerSecond" },
        { "Broker:RequestBurst", "0", "Broker__RequestBurst" },
        { "Closure:DailyTransferLimt", "25000",
            "Closure:DailyTransferLimt is not a setting: correct the name of Closure__DailyTransferLimt" },
        { "Broker:RequestTimeOutt", "00:00:30", "Broker__RequestTimeOutt" },
        { "Records:ConnectionString", null, "Records__ConnectionString" },
        { "Records:ConnectionString", "Host=somewhere", "Records__ConnectionString" },
        { "Records:Provider", "Oracle", "Records:Provider" },
        { "Records:Provider", "Postgres", "Host=localhost" },
        { "Notifications:Transport", "Pigeon", "Notifications:Transport" },
        { "Notifications:Transport", "Folder", "Notifications__Folder" },
        { "Notifications:Transport", "Smtp", "Notifications__SmtpHost" },
        { "Notifications:FirmName", "", "Notifications__FirmName" },
        { "Notifications:FromAddress", "nobody", "Notifications__FromAddress" },
        { "Notifications:SupportAddress", "Jane <jane@example.com>", "Notifications__SupportAddress" },
        { "Notifications:OperationsAddress", "a@b@c", "Notifications__OperationsAddress" },
    };

    [Theory]
    [MemberData(nameof(WrongSettings))]
    public void An_invalid_setting_stops_the_start_with_a_message_that_names_it(string setting, string? value, string named)
    {
        using var provider = Build(settings => settings[setting] = value);

        var failure = Should.Throw<Exception>(() => provider.GetRequiredService<IStartupValidator>().Validate());

        failure.Message.ShouldContain(named);
    }

    [Fact]
    public void Every_port_has_its_adapter()
    {
        using var provider = Build();

        provider.GetRequiredService<IStartupValidator>().Validate();

        provider.GetRequiredService<IBroker>().ShouldBeOfType<AlpacaBroker>();
        provider.GetRequiredService<ITransferLedger>().ShouldNotBeNull();
        provider.GetRequiredService<IAuditLog>().ShouldNotBeNull();
        provider.GetRequiredService<IClosureTracking>().ShouldNotBeNull();
        provider.GetRequiredService<ICustomerRecords>().ShouldNotBeNull();
        provider.GetRequiredService<INotifications>().ShouldNotBeNull();
        provider.GetRequiredService<IOutbox>().ShouldBeOfType<MemoryOutbox>();
    }

    [Fact]
    public void The_worker_serializes_amounts_as_strings_and_names_in_camel_case()
    {
        using var provider = Build();

        var serializer = provider.GetRequiredService<IOptions<WorkerOptions>>().Value.Serializer!;

        serializer.Serialize(new { Withdrawn = new Closure.Money(1.5m), Kind = NotificationKind.ClosureCompleted }).ToString()
            .ShouldBe("""{"withdrawn":"1.50","kind":"ClosureCompleted"}""");
    }

    [Fact]
    public void The_host_may_provide_its_own_clock_and_broker_transport()
    {
        using var handler = new HttpClientHandler();
        var clock = new Embedded.Engine.Time.VirtualTimeProvider(VirtualTime.Start);
        using var provider = Build(
            services: services => services.AddSingleton<TimeProvider>(clock).AddSingleton(new BrokerTransport(handler)));

        provider.GetRequiredService<TimeProvider>().ShouldBeSameAs(clock);
        provider.GetRequiredService<BrokerTransport>().Handler.ShouldBeSameAs(handler);
    }

    private static ServiceProvider Build(Action<Dictionary<string, string?>>? change = null, Action<IServiceCollection>? services = null)
    {
        var settings = new Dictionary<string, string?>(Complete, StringComparer.Ordinal);
        change?.Invoke(settings);
        var collection = new ServiceCollection();
        collection.AddLogging();
        services?.Invoke(collection);
        new ServicesOnly(collection).AddAccountClosure(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        return collection.BuildServiceProvider();
    }

    private sealed class ServicesOnly(IServiceCollection services) : IFunctionsWorkerApplicationBuilder
    {
        public IServiceCollection Services => services;

        public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware) => this;
    }
}
