// The Durable Task Scheduler with one task hub, for those who choose it in place of the storage account's queues and tables.
param name string
param location string
param tags object
param appPrincipalId string

// Durable Task Data Contributor.
var dataRole = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '0ad04412-c4d5-4796-b79c-f76d14c8d402')

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    // Reached by address from anywhere and by identity from the functions alone.
    ipAllowlist: ['0.0.0.0/0']
    sku: { name: 'Consumption' }
  }

  resource hub 'taskHubs' = { name: 'AccountClosure' }
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(scheduler.id, appPrincipalId, dataRole)
  scope: scheduler
  properties: {
    roleDefinitionId: dataRole
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
}

output endpoint string = scheduler.properties.endpoint
output hubName string = scheduler::hub.name
