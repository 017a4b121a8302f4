// The PostgreSQL server of the records (transfer ledger, audit log, tracking, customers): Entra identities only, no passwords.
param name string
param location string
param tags object
param sku string
param tier string
@allowed(['Disabled', 'SameZone', 'ZoneRedundant'])
param highAvailability string
@allowed(['Disabled', 'Enabled'])
param geoRedundantBackup string
param isPrivate bool
param endpointSubnetId string
param zoneIds object
param administratorId string
param administratorName string
param administratorType string
@description('May reach the server for now; otherwise empty.')
param administratorAddress string
param workspaceId string

resource server 'Microsoft.DBforPostgreSQL/flexibleServers@2024-08-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: sku, tier: tier }
  properties: {
    version: '16'
    authConfig: {
      activeDirectoryAuth: 'Enabled'
      passwordAuth: 'Disabled'
      tenantId: tenant().tenantId
    }
    storage: { storageSizeGB: 32, autoGrow: 'Enabled' }
    backup: { backupRetentionDays: 35, geoRedundantBackup: geoRedundantBackup }
    highAvailability: { mode: highAvailability }
    network: { publicNetworkAccess: isPrivate && empty(administratorAddress) ? 'Disabled' : 'Enabled' }
  }
}

resource records 'Microsoft.DBforPostgreSQL/flexibleServers/databases@2024-08-01' = {
  parent: server
  name: 'records'
  properties: { charset: 'UTF8' }
}

// It creates the role of the functions once (docs/deploy.md); the functions themselves are no administrator.
resource administrator 'Microsoft.DBforPostgreSQL/flexibleServers/administrators@2024-08-01' = {
  parent: server
  name: administratorId
  properties: {
    principalName: administratorName
    principalType: administratorType
    tenantId: tenant().tenantId
  }
  // The server takes one change at a time.
  dependsOn: [records]
}

// Without a private network the functions come from Azure's own addresses; an identity and TLS are still needed.
resource azureServices 'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules@2024-08-01' = if (!isPrivate) {
  parent: server
  name: 'azure-services'
  properties: { startIpAddress: '0.0.0.0', endIpAddress: '0.0.0.0' }
  dependsOn: [administrator]
}

resource administratorsOwn 'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules@2024-08-01' = if (!empty(administratorAddress)) {
  parent: server
  name: 'administrator'
  properties: { startIpAddress: administratorAddress, endIpAddress: administratorAddress }
  dependsOn: [administrator, azureServices]
}

module endpoint 'private-endpoint.bicep' = if (isPrivate) {
  name: 'endpoint-database'
  params: {
    resourceName: name
    resourceId: server.id
    service: 'postgresqlServer'
    subnetId: endpointSubnetId
    zoneId: isPrivate ? zoneIds.postgresqlServer : ''
    location: location
    tags: tags
  }
  dependsOn: [administratorsOwn]
}

resource log 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: server
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'PostgreSQLLogs', enabled: true }
    ]
  }
}

output host string = server.properties.fullyQualifiedDomainName
output databaseName string = records.name
