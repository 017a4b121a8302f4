using System.Reflection;
using System.Runtime.CompilerServices;

namespace AccountClosure.Embedded.Host.Tests.Sdk;

/// <summary>Writes public and protected members as <c>sdk-members.txt</c> does.</summary>
internal static class MemberText
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(string)] = "string",
        [typeof(int)] = "int",
        [typeof(bool)] = "bool",
        [typeof(object)] = "object",
        [typeof(double)] = "double",
        [typeof(void)] = "void",
    };

    public static string NameOf(Type type) => (type.FullName ?? type.Name).Split('`')[0];

    public static IEnumerable<string> MembersOf(Type type)
    {
        if (type.IsEnum)
            return type.GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => $"{field.Name} = {field.GetRawConstantValue()}{Obsolete(field)}");
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            MethodInfo invoke = type.GetMethod("Invoke")!;
            return [$"{TypeText(invoke.ReturnParameter)} ({Parameters(invoke)})"];
        }
        return type.GetConstructors(Declared).Where(IsVisible).Select(constructor => $"{Modifiers(constructor)} {NameOf(type).Split('.')[^1]}({Parameters(constructor)})")
            .Concat(type.GetProperties(Declared).Where(IsVisible).Select(Property))
            .Concat(type.GetFields(Declared).Where(field => field.IsPublic).Select(Field))
            .Concat(type.GetMethods(Declared).Where(IsListed).Select(Method));
    }

    private static bool IsVisible(MethodBase? method) => method is { IsPublic: true } or { IsFamily: true } or { IsFamilyOrAssembly: true };

    private static bool IsVisible(PropertyInfo property) =>
        property.Name != "EqualityContract" && (IsVisible(property.GetMethod) || IsVisible(property.SetMethod));

    // What Object declares and what the compiler adds to a record is not listed.
    private static bool IsListed(MethodInfo method) =>
        IsVisible(method)
        && (!method.IsSpecialName || method.Name == "op_Implicit")
        && method.Name is not ("Equals" or "GetHashCode" or "PrintMembers" or "Deconstruct" or "<Clone>$");

    private static string Property(PropertyInfo property)
    {
        MethodInfo accessor = (property.GetMethod ?? property.SetMethod)!;
        string setter = IsVisible(property.SetMethod)
            ? property.SetMethod!.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;"
            : "";
        string getter = IsVisible(property.GetMethod) ? " get;" : "";
        return $"{Modifiers(accessor)} {TypeText(new NullabilityInfoContext().Create(property))} {property.Name} {{{getter}{setter} }}{Obsolete(property)}";
    }

    private static string Field(FieldInfo field) =>
        $"public {(field.IsLiteral ? "const" : "static")} {TypeText(new NullabilityInfoContext().Create(field))} {field.Name}";

    private static string Method(MethodInfo method)
    {
        string generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(type => type.Name))}>" : "";
        return $"{Modifiers(method)} {TypeText(method.ReturnParameter)} {method.Name}{generic}({Parameters(method)}){Obsolete(method)}";
    }

    private static string Obsolete(MemberInfo member) => member.IsDefined(typeof(ObsoleteAttribute)) ? " (obsolete)" : "";

    private static string Modifiers(MethodBase method)
    {
        string access = method.IsPublic ? "public" : "protected";
        if (method.IsConstructor)
            return access;
        bool isOverride = method is MethodInfo info && info.GetBaseDefinition() != info;
        string kind = method switch
        {
            { IsStatic: true } => " static",
            { IsAbstract: true } => " abstract",
            _ when isOverride => " override",
            { IsVirtual: true, IsFinal: false } => " virtual",
            _ => "",
        };
        return access + kind;
    }

    private static string Parameters(MethodBase method)
    {
        bool isExtension = method.IsDefined(typeof(ExtensionAttribute));
        return string.Join(", ", method.GetParameters().Select((parameter, index) =>
        {
            string prefix = isExtension && index == 0 ? "this " : parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "";
            return $"{prefix}{TypeText(parameter)} {parameter.Name}{Default(parameter)}";
        }));
    }

    private static string Default(ParameterInfo parameter) => parameter switch
    {
        { HasDefaultValue: false } => "",
        { RawDefaultValue: null } when parameter.ParameterType.IsValueType && Nullable.GetUnderlyingType(parameter.ParameterType) is null => " = default",
        { RawDefaultValue: null } => " = null",
        { RawDefaultValue: bool flag } => flag ? " = true" : " = false",
        _ => $" = {parameter.RawDefaultValue}",
    };

    private static string TypeText(ParameterInfo parameter) => TypeText(new NullabilityInfoContext().Create(parameter));

    private static string TypeText(NullabilityInfo info)
    {
        Type type = info.Type;
        if (Nullable.GetUnderlyingType(type) is { } value)
            return Plain(value) + "?";
        string text = type switch
        {
            { IsArray: true } => $"{TypeText(info.ElementType!)}[]",
            { IsGenericType: true } =>
                $"{type.Name.Split('`')[0]}<{string.Join(", ", info.GenericTypeArguments.Select(TypeText))}>",
            _ => Plain(type),
        };
        return info.ReadState == NullabilityState.Nullable && !type.IsValueType ? text + "?" : text;
    }

    private static string Plain(Type type) => Keywords.GetValueOrDefault(type, type.Name);
}
