using System.Security.Cryptography;
using AccountClosure.Broker;
using AccountClosure.Closure;
using AccountClosure.Customers;
using AccountClosure.Functions;
using AccountClosure.Notifications;
using AccountClosure.Records;
using Azure.Core.Serialization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace AccountClosure;

/// <summary>Registers all services and settings of the app, for <c>Program.cs</c> and for the embedded host.</summary>
public static class ServiceRegistration
{
    /// <summary>
    /// Adds the services. A host with its own clock or its own connection to the broker registers its <see cref="TimeProvider"/> or
    /// <see cref="BrokerTransport"/> before or after this call. The start of the host or <see cref="IStartupValidator"/> checks the
    /// settings.
    /// </summary>
    public static IFunctionsWorkerApplicationBuilder AddAccountClosure(
        this IFunctionsWorkerApplicationBuilder worker, IConfiguration configuration)
    {
        var services = worker.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.Configure<WorkerOptions>(options => options.Serializer = new JsonObjectSerializer(ClosureJson.Options));
        services.AddSettings<ClosurePolicy, ClosurePolicyValidator>(configuration, ClosurePolicy.Section);
        services.AddSettings<LinkOptions, LinkOptionsValidator>(configuration, LinkOptions.Section);
        services.TryAddSingleton<DurableLinks>();
        services.AddBroker(configuration);
        services.AddRecords(configuration);
        services.AddNotifications(configuration);
        return worker;
    }

    private static void AddBroker(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<BrokerOptions, BrokerOptionsValidator>(configuration, BrokerOptions.Section);
        services.TryAddSingleton(_ => BrokerTransport.OverNetwork());
        services.TryAddSingleton(provider => new Jitter(
            provider.GetRequiredService<IOptions<BrokerOptions>>().Value.JitterSeed ?? RandomNumberGenerator.GetInt32(int.MaxValue)));
        services.TryAddSingleton(provider => new BrokerRateLimiter(
            provider.GetRequiredService<IOptions<BrokerOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<IBroker, AlpacaBroker>();
    }

    private static void AddRecords(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<RecordsOptions, RecordsOptionsValidator>(configuration, RecordsOptions.Section);
        services.TryAddSingleton<RecordsDatabase>(provider => provider.GetRequiredService<IOptions<RecordsOptions>>().Value.Provider switch
        {
            RecordsProvider.Postgres => ActivatorUtilities.CreateInstance<PostgresRecords>(provider),
            _ => ActivatorUtilities.CreateInstance<SqliteRecords>(provider),
        });
        services.TryAddSingleton<ITransferLedger, TransferLedger>();
        services.TryAddSingleton<IAuditLog, AuditLog>();
        services.TryAddSingleton<IClosureTracking, ClosureTracking>();
        services.TryAddSingleton<ICustomerRecords, CustomerRecords>();
    }

    private static void AddNotifications(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<NotificationOptions, NotificationOptionsValidator>(configuration, NotificationOptions.Section);
        services.TryAddSingleton<ICustomerDirectory, PlaceholderCustomerDirectory>();
        services.TryAddSingleton<IOutbox>(provider => provider.GetRequiredService<IOptions<NotificationOptions>>().Value.Transport switch
        {
            NotificationTransport.Memory => new MemoryOutbox(),
            NotificationTransport.Smtp => ActivatorUtilities.CreateInstance<SmtpOutbox>(provider),
            _ => ActivatorUtilities.CreateInstance<FolderOutbox>(provider),
        });
        services.TryAddSingleton<EmailWriter>();
        services.TryAddSingleton<INotifications, EmailNotifications>();
    }

    /// <summary>
    /// Binds a section of the configuration and checks it at the start. An invalid value ends the start with a message. So does a name that
    /// is not a setting, because a misspelled limit must not leave the default in effect.
    /// </summary>
    private static void AddSettings<TOptions, TValidator>(this IServiceCollection services, IConfiguration configuration, string section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        var bound = configuration.GetSection(section);
        services.AddOptions<TOptions>().Bind(bound).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TOptions>>(new KnownSettings<TOptions>(bound));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TOptions>, TValidator>());
    }
}
